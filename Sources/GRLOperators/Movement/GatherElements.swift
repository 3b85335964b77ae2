package import GRLGraph
package import GRLTensor

/// One element for each index: `output[i, j] = data[i, indices[i, j]]` for axis 1, and likewise for other axes and
/// ranks.
package struct GatherElements: Operator {
    package static let spec = OperatorSpec("GatherElements", inputs: 2...2, writtenVersion: 11)

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
        let indices = try context.shape(1)
        try IndexPositions.checkElements(indices, axis: data.shape.normalizedAxis(axis), in: data.shape)
        return [TensorType(data.elementType, indices)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let data = try context.input(0)
        let positions = try IndexPositions.elements(
            context.input(1), axis: data.shape.normalizedAxis(axis), in: data.shape)
        let output = try context.allocate(outputType(context))
        try IndexedCopy(axes: [.map(positions, extent: data.count)]).run(from: data, to: output, on: context.executor)
        return [output]
    }
}
