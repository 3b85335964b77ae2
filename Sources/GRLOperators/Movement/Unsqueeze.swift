package import GRLGraph
package import GRLTensor

/// Inserts axes of length 1 at the places that input 1 names in the output.
package struct Unsqueeze: ViewOperator {
    package static let spec = OperatorSpec("Unsqueeze", inputs: 2...2, writtenVersion: 13)

    package init() {}

    package init(_ node: inout NodeReader) throws {
        guard node.opset < 13 else { return }
        let axes = try node.required("axes", node.ints("axes"))
        node.setInput(1, to: try Tensor(vector: axes.map { Int64($0) }))
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let axes = try context.knownIntegers(1) else { return [nil] }
        let rank = input.shape.rank + axes.count
        guard rank <= Shape.maximumRank else {
            throw TensorError(.rankLimit, "rank \(rank) is above the limit of \(Shape.maximumRank)")
        }
        let inserted = try Shape.normalizedAxes(axes, rank: rank)
        var rest = input.shape.dimensions[...]
        let dimensions = (0..<rank).map { inserted.contains($0) ? 1 : rest.popFirst() ?? 1 }
        return [try TensorType(input.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try context.input(0).reshaped(to: outputType(context).shape)]
    }
}
