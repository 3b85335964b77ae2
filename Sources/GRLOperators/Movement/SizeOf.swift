package import GRLGraph
package import GRLTensor

/// `Size`: the number of elements of the input, as an int64 scalar.
package struct SizeOf: Operator {
    package static let spec = OperatorSpec("Size", inputs: 1...1)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        _ = try context.type(0)
        return [TensorType(.int64, .scalar)]
    }

    package func valuesFromTypes(_ context: InferenceContext) throws -> [Tensor]? {
        [try Tensor(scalar: Int64(context.shape(0).count))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try Tensor(scalar: Int64(context.input(0).count))]
    }
}
