package import GRLGraph
package import GRLTensor

/// The upper or lower triangle of matrices `[…, rows, columns]`, zeros elsewhere. Input 1 shifts the diagonal, to the
/// right when positive.
package struct Trilu: Operator {
    package static let spec = OperatorSpec("Trilu", inputs: 1...2, writtenVersion: 14)

    package let isUpper: Bool

    package init(isUpper: Bool = true) {
        self.isUpper = isUpper
    }

    package init(_ node: inout NodeReader) throws {
        isUpper = try node.bool("upper", default: true)
    }

    package var attributes: [String: AttributeValue] { ["upper": .int(isUpper ? 1 : 0)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard input.shape.rank >= 2 else { throw OperatorError(.shape, "the input is \(input), expected matrices") }
        return [input]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        let rows = input.shape[input.shape.rank - 2]
        let columns = input.shape[input.shape.rank - 1]
        let shift = max(-rows, min(columns, try context.optionalInput(1)?.integer() ?? 0))
        let size = input.elementType.byteCount
        guard input.count > 0 else { return [output] }
        input.withBytes { from in
            output.withMutableBytes { to in
                _ = to.initializeMemory(as: UInt8.self, repeating: 0)
                for line in 0..<input.count / columns {
                    let diagonal = max(0, min(columns, line % rows + shift + (isUpper ? 0 : 1)))
                    let kept = isUpper ? diagonal..<columns : 0..<diagonal
                    let bytes = (line * columns + kept.lowerBound) * size..<(line * columns + kept.upperBound) * size
                    UnsafeMutableRawBufferPointer(rebasing: to[bytes])
                        .copyMemory(from: UnsafeRawBufferPointer(rebasing: from[bytes]))
                }
            }
        }
        return [output]
    }
}
