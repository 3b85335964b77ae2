package import GRLGraph
package import GRLTensor

/// Slices of the data along an axis, at the indices of input 1: `[…, axis, …]` and `[indices]` give `[…, indices, …]`.
package struct Gather: RearrangingOperator {
    package static let spec = OperatorSpec("Gather", inputs: 2...2)

    package let axis: Int

    package init(axis: Int = 0) {
        self.axis = axis
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 0)
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let data = try context.type(0)
        let axis = try data.shape.normalizedAxis(axis)
        let dimensions = data.shape.dimensions
        let result = try dimensions[..<axis] + context.shape(1).dimensions + dimensions[(axis + 1)...]
        return [try TensorType(data.elementType, Array(result))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let data = try context.input(0)
        let axis = try data.shape.normalizedAxis(axis)
        let output = try context.allocate(outputType(context))
        let gather = BlockGather(
            outer: data.shape.count(of: 0..<axis), extent: data.shape[axis],
            blockBytes: data.shape.count(of: axis + 1..<data.shape.rank) * data.elementType.byteCount)
        try gather.run(from: data, at: context.input(1), to: output, on: context.executor)
        return [output]
    }
}
