package import GRLGraph
package import GRLTensor

/// Returns its input, whatever its type.
package struct Identity: ViewOperator {
    package static let spec = OperatorSpec("Identity", inputs: 1...1)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] { [try context.type(0)] }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] { [try context.input(0)] }
}
