package import GRLGraph
package import GRLTensor

/// A copy of the data with blocks changed that the tuples in the last axis of the indices name. Inputs: data, indices
/// `[…, k]`, updates `[…, the data's axes after the first k]`.
package struct ScatterND: Operator {
    package static let spec = OperatorSpec("ScatterND", inputs: 3...3, writtenVersion: 18)

    private let reduction: ScatterReduction

    package init() {
        reduction = .none
    }

    package init(_ node: inout NodeReader) throws {
        reduction = try ScatterReduction.read(&node)
    }

    package var attributes: [String: AttributeValue] { ["reduction": .string(reduction.rawValue)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let data = try context.type(0)
        let indices = try context.shape(1)
        let updates = try context.shape(2)
        let width = try IndexPositions.tupleWidth(indices, batchRank: 0, in: data.shape)
        let expected = Array(indices.dimensions.dropLast() + data.shape.dimensions.dropFirst(width))
        guard updates.dimensions == expected else {
            throw OperatorError(.shape, "updates are \(updates), indices \(indices) ask for \(expected)")
        }
        return [data]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let data = try context.input(0)
        _ = try outputType(context)
        let indices = try context.input(1)
        let blocks = try IndexPositions.blocks(indices, batchRank: 0, in: data.shape)
        let block = data.shape.count(of: indices.shape[indices.shape.rank - 1]..<data.shape.rank)
        return [try reduction.scatter(context.input(2), into: data, at: blocks, block: block, context)]
    }
}
