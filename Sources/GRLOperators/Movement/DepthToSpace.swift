package import GRLGraph
package import GRLTensor

/// Channels become blocks of pixels: `[N, C · b², H, W]` to `[N, C, H · b, W · b]`. With mode CRD this is PyTorch's
/// pixel shuffle.
package struct DepthToSpace: Operator {
    package static let spec = OperatorSpec("DepthToSpace", inputs: 1...1, writtenVersion: 11)

    /// How a channel index is read.
    package enum Mode: String, CaseIterable, Sendable {
        /// Block row, block column, channel.
        case depthColumnRow = "DCR"
        /// Channel, block row, block column.
        case columnRowDepth = "CRD"
    }

    package let blockSize: Int
    package let mode: Mode

    package init(blockSize: Int, mode: Mode) {
        self.blockSize = blockSize
        self.mode = mode
    }

    package init(_ node: inout NodeReader) throws {
        blockSize = try node.required("blocksize", node.int("blocksize"))
        mode = node.opset >= 11 ? try node.choice("mode", default: .depthColumnRow) : .depthColumnRow
        guard blockSize > 0 else {
            throw OperatorError(.attributeValue, "blocksize is \(blockSize), expected more than 0")
        }
    }

    package var attributes: [String: AttributeValue] {
        ["blocksize": .int(blockSize), "mode": .string(mode.rawValue)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let shape = input.shape
        guard shape.rank == 4 else { throw OperatorError(.shape, "the input is \(shape), expected [N, C, H, W]") }
        let area = try Checked.multiply(blockSize, blockSize)
        guard shape[1] % area == 0 else {
            throw OperatorError(.shape, "\(shape[1]) channels do not divide into blocks of \(blockSize) x \(blockSize)")
        }
        return [
            try TensorType(
                input.elementType,
                [
                    shape[0], shape[1] / area, Checked.multiply(shape[2], blockSize),
                    Checked.multiply(shape[3], blockSize),
                ])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        let (channels, height, width) = (output.shape[1], input.shape[2], input.shape[3])
        let plane = height * width
        let channelStride = mode == .columnRowDepth ? plane * blockSize * blockSize : plane
        let blockStride = mode == .columnRowDepth ? plane : plane * channels
        let copy = StridedCopy(
            dimensions: [input.shape[0], channels, height, blockSize, width, blockSize],
            sourceStrides: [input.shape[1] * plane, channelStride, width, blockStride * blockSize, 1, blockStride])
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }
}
