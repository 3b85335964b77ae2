package import GRLGraph
package import GRLTensor

/// A tensor that stands in the model.
package struct Constant: Operator {
    package static let spec = OperatorSpec("Constant", inputs: 0...0)

    package let value: Tensor

    package init(_ value: Tensor) {
        self.value = value
    }

    package init(_ node: inout NodeReader) throws {
        guard !node.has("value_string"), !node.has("value_strings") else {
            throw OperatorError(.elementType, "the element type string is not supported")
        }
        if let tensor = try node.tensor("value") {
            value = tensor
        } else if let number = try node.int("value_int") {
            value = try Tensor(scalar: Int64(number))
        } else if let numbers = try node.ints("value_ints") {
            value = try Tensor(vector: numbers.map { Int64($0) })
        } else if let number = try node.float("value_float") {
            value = try Tensor(scalar: number)
        } else if let numbers = try node.floats("value_floats") {
            value = try Tensor(vector: numbers)
        } else {
            throw OperatorError(.attribute, "no attribute holds a tensor or numbers")
        }
    }

    package var attributes: [String: AttributeValue] { ["value": .tensor(value)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] { [value.type] }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] { [value] }
}
