package import GRLGraph
package import GRLTensor

/// Drops axes of length 1: those in input 1, or all of them.
package struct Squeeze: ViewOperator {
    package static let spec = OperatorSpec("Squeeze", inputs: 1...2, writtenVersion: 13)

    package init() {}

    package init(_ node: inout NodeReader) throws {
        guard node.opset < 13, let axes = try node.ints("axes") else { return }
        node.setInput(1, to: try Tensor(vector: axes.map { Int64($0) }))
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let axes = try context.knownOptionalIntegers(1) else { return [nil] }
        let dropped: [Int]
        if let axes {
            dropped = try Shape.normalizedAxes(axes, rank: input.shape.rank)
            for axis in dropped where input.shape[axis] != 1 {
                throw OperatorError(.shape, "axis \(axis) of \(input.shape) is not 1, it cannot be squeezed")
            }
        } else {
            dropped = (0..<input.shape.rank).filter { input.shape[$0] == 1 }
        }
        let kept = (0..<input.shape.rank).filter { !dropped.contains($0) }
        return [try TensorType(input.elementType, kept.map { input.shape[$0] })]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try context.input(0).reshaped(to: outputType(context).shape)]
    }
}
