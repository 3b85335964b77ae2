import GRLGraph
import GRLTensor

/// How scattered updates combine with what is there.
enum ScatterReduction: String, CaseIterable {
    case none
    case add
    case multiply = "mul"
    case maximum = "max"
    case minimum = "min"

    /// Reads the attribute `reduction` of `ScatterElements` and `ScatterND`, in the versions that have it.
    ///
    /// - Throws: `ATTR_VALUE` for a reduction that the node's version does not know.
    static func read(_ node: inout NodeReader) throws -> ScatterReduction {
        guard node.opset >= 16 else { return .none }
        let reduction: ScatterReduction = try node.choice("reduction", default: .none)
        guard node.opset >= 18 || (reduction != .maximum && reduction != .minimum) else {
            throw OperatorError(.attributeValue, "reduction '\(reduction.rawValue)' needs opset 18")
        }
        return reduction
    }

    /// A copy of `data` with blocks of `updates` worked into it, in order.
    ///
    /// - Parameters:
    ///   - positions: for each block of `updates`, the block of `data` that it changes.
    ///   - block: elements of a block.
    /// - Throws: `DTYPE` when `data` and `updates` differ, or hold a type that the reduction cannot calculate with.
    func scatter(
        _ updates: Tensor, into data: Tensor, at positions: [Int], block: Int, _ context: EvaluationContext
    ) throws -> Tensor {
        guard data.elementType == updates.elementType else {
            throw OperatorError(.elementType, "data is \(data.elementType), updates are \(updates.elementType)")
        }
        let output = try context.allocate(data.type)
        output.withMutableBytes { to in data.withBytes { to.copyMemory(from: $0) } }
        guard block > 0, updates.count >= positions.count * block else { return output }
        if self == .none {
            let size = block * data.elementType.byteCount
            updates.withBytes { from in
                output.withMutableBytes { to in
                    for (index, position) in positions.enumerated() {
                        let part = UnsafeRawBufferPointer(rebasing: from[index * size..<(index + 1) * size])
                        UnsafeMutableRawBufferPointer(rebasing: to[position * size..<(position + 1) * size])
                            .copyMemory(from: part)
                    }
                }
            }
        } else {
            try data.elementType.visitArithmetic(
                Visitor(reduction: self, updates: updates, output: output, positions: positions, block: block))
        }
        return output
    }

    private struct Visitor: ArithmeticVisitor {
        let reduction: ScatterReduction
        let updates: Tensor
        let output: Tensor
        let positions: [Int]
        let block: Int

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            try updates.withElements(of: type) { from in
                try output.withMutableElements(of: type) { to in
                    for (index, position) in positions.enumerated() {
                        for element in 0..<block {
                            let place = position * block + element
                            to[place] = reduction.combine(to[place], from[index * block + element])
                        }
                    }
                }
            }
        }
    }

    private func combine<Element: ArithmeticElement>(_ old: Element, _ update: Element) -> Element {
        switch self {
        case .none: update
        case .add: .add(old, update)
        case .multiply: .multiply(old, update)
        case .maximum: old.isNaN || old > update ? old : update
        case .minimum: old.isNaN || old < update ? old : update
        }
    }
}
