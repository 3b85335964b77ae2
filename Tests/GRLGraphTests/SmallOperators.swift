import GRLGraph
import GRLTensor

/// Adds two tensors of whole numbers of the same shape.
struct Sum: Operator {
    static let spec = OperatorSpec("Sum", inputs: 2...2)

    init() {}
    init(_ node: inout NodeReader) {}

    func infer(_ context: InferenceContext) throws -> [TensorType?] {
        guard try context.type(0) == context.type(1) else { throw OperatorError(.shape, "the inputs differ") }
        return [try context.type(0)]
    }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        _ = try infer(context.inferenceContext)
        let a = try context.input(0).elements(of: Int64.self)
        let b = try context.input(1).elements(of: Int64.self)
        return [try Tensor(zip(a, b).map { $0 &+ $1 }, shape: context.input(0).shape)]
    }
}

/// The dimensions of its input, known without its contents.
struct Dimensions: Operator {
    static let spec = OperatorSpec("Dimensions", inputs: 1...1)

    init() {}
    init(_ node: inout NodeReader) {}

    func infer(_ context: InferenceContext) throws -> [TensorType?] {
        [try TensorType(.int64, [context.shape(0).rank])]
    }

    func valuesFromTypes(_ context: InferenceContext) throws -> [Tensor]? {
        [try Tensor(vector: context.shape(0).dimensions.map { Int64($0) })]
    }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        try valuesFromTypes(context.inferenceContext) ?? []
    }
}

/// A tensor of zeros whose shape is the input's contents.
struct Zeros: Operator {
    static let spec = OperatorSpec("Zeros", inputs: 1...1)

    init() {}
    init(_ node: inout NodeReader) {}

    func infer(_ context: InferenceContext) throws -> [TensorType?] {
        try context.constant(0).map { [TensorType(.int64, try shape($0))] } ?? [nil]
    }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let shape = try shape(context.input(0))
        return [try Tensor([Int64](repeating: 0, count: shape.count), shape: shape)]
    }

    private func shape(_ tensor: Tensor) throws -> Shape { try Shape(tensor.elements(of: Int64.self).map { Int($0) }) }
}

/// Returns its first input, and its second, which may be left out, as a second output; carries an attribute.
struct Forward: Operator {
    static let spec = OperatorSpec("Forward", inputs: 1...2, outputs: 1...2)

    let label: String

    init(label: String = "") {
        self.label = label
    }

    init(_ node: inout NodeReader) throws {
        label = try node.string("label", default: "")
    }

    var attributes: [String: AttributeValue] { ["label": .string(label), "alpha": .float(0.5)] }

    func infer(_ context: InferenceContext) throws -> [TensorType?] { [try context.type(0), context.optionalType(1)] }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        [try context.input(0)] + (context.optionalInput(1).map { [$0] } ?? [])
    }
}

func int64s(_ values: Int64...) throws -> Tensor { try Tensor(vector: values) }
