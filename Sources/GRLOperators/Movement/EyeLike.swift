package import GRLGraph
package import GRLTensor

/// Ones on a diagonal of a matrix like the input, zeros elsewhere; diagonal `k` lies to the right of the main one.
package struct EyeLike: Operator {
    package static let spec = OperatorSpec("EyeLike", inputs: 1...1, writtenVersion: 9)

    /// The type of the output; that of the input by default.
    package let elementType: ElementType?
    package let diagonal: Int

    package init(_ node: inout NodeReader) throws {
        elementType = try node.elementType("dtype")
        diagonal = try node.int("k", default: 0)
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = ["k": .int(diagonal)]
        if let elementType { attributes["dtype"] = .int(elementType.onnxCode) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard input.shape.rank == 2 else { throw OperatorError(.shape, "the input is \(input), expected a matrix") }
        return [TensorType(elementType ?? input.elementType, input.shape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        output.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        if output.elementType == .bool {
            try fill(output, with: true)
        } else {
            try output.elementType.visitArithmetic(Filler(operation: self, output: output))
        }
        return [output]
    }

    private struct Filler: ArithmeticVisitor {
        let operation: EyeLike
        let output: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            try operation.fill(output, with: Element.one)
        }
    }

    private func fill<Element: TensorElement>(_ output: Tensor, with one: Element) throws {
        let (rows, columns) = (output.shape[0], output.shape[1])
        let shift = max(-rows, min(columns, diagonal))
        try output.withMutableElements(of: Element.self) { elements in
            for row in 0..<rows where row + shift >= 0 && row + shift < columns {
                elements[row * columns + row + shift] = one
            }
        }
    }
}
