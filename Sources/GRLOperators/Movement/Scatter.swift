package import GRLGraph
package import GRLTensor

/// The name of `ScatterElements` in opsets 9 and 10.
package struct Scatter: ImportExpandedOperator {
    package static let spec = OperatorSpec("Scatter", versions: 9...10, inputs: 3...3, writtenVersion: 9)

    private let scatterElements: ScatterElements

    package init(_ node: inout NodeReader) throws {
        scatterElements = try ScatterElements(&node)
    }

    package func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID] {
        [graph.addNode(scatterElements, inputs: inputs, output: "scattered")]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] { try scatterElements.infer(context) }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        try scatterElements.evaluate(&context)
    }
}
