package import GRLGraph
package import GRLTensor

/// An image [B, C, H, W] padded at the bottom and at the right until H and W are multiples of `multiples`: by
/// reflection, or with zeros where a side is too short to be reflected.
package struct PadToMultiple: Operator {
    package static let spec = OperatorSpec(
        "PadToMultiple", domain: OperatorSpec.restorationDomain, inputs: 1...1)

    /// What H and W become multiples of.
    package let multiples: PixelPair

    package init(multiples: PixelPair) {
        self.multiples = multiples
    }

    package init(_ node: inout NodeReader) throws {
        multiples = try node.pixelPair("multiples", atLeast: 1)
    }

    package var attributes: [String: AttributeValue] { ["multiples": multiples.attribute] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard type.shape.rank == 4 else {
            throw OperatorError(.shape, "the image has shape \(type.shape), expected [B, C, H, W]")
        }
        return [
            try TensorType(
                type.elementType,
                [
                    type.shape[0], type.shape[1], Self.roundUp(type.shape[2], to: multiples.y),
                    Self.roundUp(type.shape[3], to: multiples.x),
                ])
        ]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        MemoryUse(viewedInput: try infer(context) == [context.type(0)] ? 0 : nil)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        guard type.shape != input.shape else { return [input] }
        let output = try context.allocate(type)
        try input.elementType.visitBits(Padding(input: input, output: output, executor: context.executor))
        return [output]
    }

    /// - Throws: `SIZE_OVERFLOW`.
    private static func roundUp(_ extent: Int, to multiple: Int) throws -> Int {
        let count = extent / multiple + (extent % multiple == 0 ? 0 : 1)
        return try Checked.multiply(count, multiple)
    }

    private struct Padding: BitsVisitor {
        let input: Tensor
        let output: Tensor
        let executor: any ParallelExecutor

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) {
            let (height, width) = (input.shape[2], input.shape[3])
            let (rows, columns) = (output.shape[2], output.shape[3])
            let reflects = rows - height < height && columns - width < width
            let planes = input.shape[0] * input.shape[1]
            input.withBits(of: type) { source in
                output.withMutableBits(of: type) { target in
                    executor.forEachRange(of: planes * rows, grain: max((1 << 14) / max(columns, 1), 1)) { range in
                        for index in range {
                            let (plane, y) = index.quotientAndRemainder(dividingBy: rows)
                            for x in 0..<columns {
                                let isInside = y < height && x < width
                                let fromY = y < height ? y : 2 * height - 2 - y
                                let fromX = x < width ? x : 2 * width - 2 - x
                                target[index * columns + x] =
                                    isInside || reflects ? source[(plane * height + fromY) * width + fromX] : 0
                            }
                        }
                    }
                }
            }
        }
    }
}
