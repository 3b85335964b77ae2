package import GRLGraph
package import GRLTensor

/// A matrix of the axes before `axis` and those from it on.
package struct Flatten: ViewOperator {
    package static let spec = OperatorSpec("Flatten", inputs: 1...1)

    package let axis: Int

    package init(axis: Int = 1) {
        self.axis = axis
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let rank = input.shape.rank
        guard axis >= -rank, axis <= rank else {
            throw TensorError(.axis, "axis \(axis) is outside the rank \(rank)")
        }
        let split = axis < 0 ? axis + rank : axis
        return [
            try TensorType(
                input.elementType, [input.shape.count(of: 0..<split), input.shape.count(of: split..<rank)])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try context.input(0).reshaped(to: outputType(context).shape)]
    }
}
