package import GRLGraph
package import GRLTensor

/// The largest or smallest elements along an axis, best first, and their indices as int64. Input 1 says how many.
///
/// Of equal elements the one with the lower index comes first; NaN counts as the largest number.
package struct TopK: Operator {
    package static let spec = OperatorSpec("TopK", inputs: 2...2, outputs: 2...2, writtenVersion: 11)

    package let axis: Int
    package let takesLargest: Bool

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: -1)
        takesLargest = node.opset >= 11 ? try node.bool("largest", default: true) : true
        if node.opset >= 11 { _ = try node.bool("sorted", default: true) }
        guard node.opset < 10 else { return }
        node.setInput(1, to: try Tensor(vector: [Int64(node.required("k", node.int("k")))]))
    }

    package var attributes: [String: AttributeValue] {
        ["axis": .int(axis), "largest": .int(takesLargest ? 1 : 0)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let axis = try input.shape.normalizedAxis(axis)
        guard let counts = try context.knownIntegers(1) else { return [nil, nil] }
        guard counts.count == 1, (0...input.shape[axis]).contains(counts[0]) else {
            throw OperatorError(.value, "\(counts) elements cannot be taken of an axis of \(input.shape[axis])")
        }
        var dimensions = input.shape.dimensions
        dimensions[axis] = counts[0]
        return [try TensorType(input.elementType, dimensions), try TensorType(.int64, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        let values = try context.allocate(type)
        let indices = try context.allocate(.int64, type.shape)
        guard values.count > 0 else { return [values, indices] }
        try input.elementType.visitArithmetic(
            Sorter(
                takesLargest: takesLargest, axis: input.shape.normalizedAxis(axis), input: input, values: values,
                indices: indices))
        return [values, indices]
    }

    private struct Sorter: ArithmeticVisitor {
        let takesLargest: Bool
        let axis: Int
        let input: Tensor
        let values: Tensor
        let indices: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let (extent, count) = (input.shape[axis], values.shape[axis])
            let inner = input.shape.count(of: axis + 1..<input.shape.rank)
            let outer = input.shape.count(of: 0..<axis)
            try input.withElements(of: type) { from in
                try values.withMutableElements(of: type) { values in
                    try indices.withMutableElements(of: Int64.self) { indices in
                        for line in 0..<outer * inner {
                            let first = line / inner * extent * inner + line % inner
                            let place = line / inner * count * inner + line % inner
                            let order = (0..<extent).sorted {
                                precedes(from[first + $0 * inner], $0, from[first + $1 * inner], $1)
                            }
                            for (rank, index) in order.prefix(count).enumerated() {
                                values[place + rank * inner] = from[first + index * inner]
                                indices[place + rank * inner] = Int64(index)
                            }
                        }
                    }
                }
            }
        }

        private func precedes<Element: ArithmeticElement>(_ a: Element, _ i: Int, _ b: Element, _ j: Int) -> Bool {
            if a == b || (a.isNaN && b.isNaN) { return i < j }
            let isLess = b.isNaN || (!a.isNaN && a < b)
            return isLess != takesLargest
        }
    }
}
