package import GRLGraph
package import GRLTensor

/// The same bits as elements of another type of the same width.
package struct BitCast: Operator {
    package static let spec = OperatorSpec("BitCast", versions: 26...Int.max, inputs: 1...1, writtenVersion: 26)

    /// The output's element type.
    package let target: ElementType

    package init(_ node: inout NodeReader) throws {
        target = try node.required("to", try node.elementType("to"))
    }

    package var attributes: [String: AttributeValue] { ["to": .int(target.onnxCode)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard bitWidth(type.elementType) == bitWidth(target) else {
            throw OperatorError(.elementType, "input 0 is \(type.elementType), which is not as wide as \(target)")
        }
        return [TensorType(target, type.shape)]
    }

    /// Between types of one byte, which may be padded in memory, a cast keeps the bits.
    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        _ = try infer(context.inferenceContext)
        guard target.byteCount > 1 else { return [try Cast(to: target).convert(input, allocator: context.allocator)] }
        let output = try context.allocate(target, input.shape)
        input.withBytes { source in output.withMutableBytes { $0.copyMemory(from: source) } }
        return [output]
    }

    private func bitWidth(_ type: ElementType) -> Int {
        type == .int4 || type == .uint4 ? 4 : 8 * type.byteCount
    }
}
