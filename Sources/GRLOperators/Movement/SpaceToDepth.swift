package import GRLGraph
package import GRLTensor

/// Blocks of pixels become channels: `[N, C, H · b, W · b]` to `[N, b² · C, H, W]`, channels innermost.
package struct SpaceToDepth: Operator {
    package static let spec = OperatorSpec("SpaceToDepth", inputs: 1...1)

    package let blockSize: Int

    package init(blockSize: Int) {
        self.blockSize = blockSize
    }

    package init(_ node: inout NodeReader) throws {
        blockSize = try node.required("blocksize", node.int("blocksize"))
        guard blockSize > 0 else {
            throw OperatorError(.attributeValue, "blocksize is \(blockSize), expected more than 0")
        }
    }

    package var attributes: [String: AttributeValue] { ["blocksize": .int(blockSize)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let shape = input.shape
        guard shape.rank == 4 else { throw OperatorError(.shape, "the input is \(shape), expected [N, C, H, W]") }
        guard shape[2] % blockSize == 0, shape[3] % blockSize == 0 else {
            throw OperatorError(.shape, "\(shape) does not divide into blocks of \(blockSize) x \(blockSize)")
        }
        let channels = try Checked.multiply(shape[1], Checked.multiply(blockSize, blockSize))
        return [
            try TensorType(input.elementType, [shape[0], channels, shape[2] / blockSize, shape[3] / blockSize])
        ]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        let width = input.shape[3]
        let plane = input.shape[2] * width
        let copy = StridedCopy(
            dimensions: [
                input.shape[0], blockSize, blockSize, input.shape[1], output.shape[2], output.shape[3],
            ],
            sourceStrides: [input.shape[1] * plane, width, 1, plane, width * blockSize, blockSize])
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }
}
