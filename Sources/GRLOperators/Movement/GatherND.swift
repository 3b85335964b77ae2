package import GRLGraph
package import GRLTensor

/// Blocks of the data that the tuples in the last axis of the indices name: `[batch, …]` and `[batch, indices, k]` give
/// `[batch, indices, the data's axes after batch and k]`.
package struct GatherND: Operator {
    package static let spec = OperatorSpec("GatherND", inputs: 2...2, writtenVersion: 12)

    /// How many leading axes data and indices share.
    package let batchRank: Int

    package init(batchRank: Int = 0) {
        self.batchRank = batchRank
    }

    package init(_ node: inout NodeReader) throws {
        batchRank = node.opset >= 12 ? try node.int("batch_dims", default: 0) : 0
    }

    package var attributes: [String: AttributeValue] { ["batch_dims": .int(batchRank)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let data = try context.type(0)
        let indices = try context.shape(1)
        let width = try IndexPositions.tupleWidth(indices, batchRank: batchRank, in: data.shape)
        let result = indices.dimensions.dropLast() + data.shape.dimensions.dropFirst(batchRank + width)
        return [try TensorType(data.elementType, Array(result))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let data = try context.input(0)
        let indices = try context.input(1)
        let blocks = try IndexPositions.blocks(indices, batchRank: batchRank, in: data.shape)
        let leading = batchRank + indices.shape[indices.shape.rank - 1]
        let output = try context.allocate(outputType(context))
        let copy = IndexedCopy(axes: [
            .map(blocks, extent: data.shape.count(of: 0..<leading)),
            .all(data.shape.count(of: leading..<data.shape.rank)),
        ])
        try copy.run(from: data, to: output, on: context.executor)
        return [output]
    }
}
