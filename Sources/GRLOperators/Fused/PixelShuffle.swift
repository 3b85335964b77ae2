package import GRLGraph
package import GRLTensor

/// Moves blocks of channels into blocks of pixels, channels last: [B, H, W, C · r²] to [B, H · r, W · r, C], as
/// ``DepthToSpace`` does with channels first.
package struct PixelShuffle: Operator {
    package static let spec = OperatorSpec("PixelShuffle", domain: OperatorSpec.restorationDomain, inputs: 1...1)

    /// Rows and columns of a block, r.
    package let factor: Int
    /// How a channel index is read.
    package let mode: DepthToSpace.Mode

    package init(_ operation: DepthToSpace) {
        (factor, mode) = (operation.blockSize, operation.mode)
    }

    package init(_ node: inout NodeReader) throws {
        factor = try node.required("factor", node.int("factor"))
        mode = try node.choice("mode", default: .columnRowDepth)
        guard factor > 0 else { throw OperatorError(.attributeValue, "factor is \(factor), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] { ["factor": .int(factor), "mode": .string(mode.rawValue)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        let shape = type.shape
        guard shape.rank == 4 else { throw OperatorError(.shape, "the input is \(shape), expected [B, H, W, C]") }
        let area = try Checked.multiply(factor, factor)
        guard shape[3] % area == 0 else {
            throw OperatorError(.shape, "\(shape[3]) channels do not divide into blocks of \(factor) x \(factor)")
        }
        return [
            try TensorType(
                type.elementType,
                [shape[0], Checked.multiply(shape[1], factor), Checked.multiply(shape[2], factor), shape[3] / area])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        let (columns, depth, channels) = (input.shape[2], input.shape[3], output.shape[3])
        let channelStride = mode == .columnRowDepth ? factor * factor : 1
        let blockStride = mode == .columnRowDepth ? 1 : channels
        let copy = StridedCopy(
            dimensions: [input.shape[0] * input.shape[1], factor, columns, factor, channels],
            sourceStrides: [columns * depth, blockStride * factor, depth, blockStride, channelStride])
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }
}
