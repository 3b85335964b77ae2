package import GRLGraph
package import GRLTensor

/// A copy of the data with one element changed for each index: `output[i, indices[i, j]] = updates[i, j]` for axis 1,
/// and likewise for other axes and ranks. Inputs: data, indices, updates.
package struct ScatterElements: Operator {
    package static let spec = OperatorSpec("ScatterElements", inputs: 3...3, writtenVersion: 18)

    package let axis: Int
    private let reduction: ScatterReduction

    package init(axis: Int = 0) {
        self.axis = axis
        reduction = .none
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 0)
        reduction = try ScatterReduction.read(&node)
    }

    package var attributes: [String: AttributeValue] {
        ["axis": .int(axis), "reduction": .string(reduction.rawValue)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let data = try context.type(0)
        let indices = try context.shape(1)
        try IndexPositions.checkElements(indices, axis: data.shape.normalizedAxis(axis), in: data.shape)
        guard try context.shape(2) == indices else {
            throw OperatorError(.shape, "updates \(try context.shape(2)) and indices \(indices) differ")
        }
        return [data]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let data = try context.input(0)
        _ = try outputType(context)
        let positions = try IndexPositions.elements(
            context.input(1), axis: data.shape.normalizedAxis(axis), in: data.shape)
        return [try reduction.scatter(context.input(2), into: data, at: positions, block: 1, context)]
    }
}
