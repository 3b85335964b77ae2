package import GRLGraph
package import GRLTensor

/// A tensor of the shape in input 0, all of whose elements are `value`; a float32 zero by default.
package struct ConstantOfShape: Operator {
    package static let spec = OperatorSpec("ConstantOfShape", inputs: 1...1, writtenVersion: 9)

    package let value: Tensor

    package init(value: Tensor) {
        self.value = value
    }

    package init(_ node: inout NodeReader) throws {
        value = try node.tensor("value") ?? Tensor(vector: [Float(0)])
        guard value.count == 1 else {
            throw OperatorError(.attributeValue, "attribute value is \(value), expected one element")
        }
    }

    package var attributes: [String: AttributeValue] {
        (try? value.reshaped(to: .vector(1))).map { ["value": .tensor($0)] } ?? [:]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        guard let dimensions = try context.knownIntegers(0) else { return [nil] }
        return [try TensorType(value.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        let copy = StridedCopy(dimensions: [output.count], sourceStrides: [0])
        try copy.run(from: value, to: output, on: context.executor)
        return [output]
    }
}
