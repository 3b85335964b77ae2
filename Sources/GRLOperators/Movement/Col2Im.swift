package import GRLGraph
package import GRLTensor

/// Adds blocks up to an image: `[N, C · block, positions]` to `[N, C, spatial…]`; where blocks overlap, their elements
/// are summed. Inputs: columns, image shape, block shape.
package struct Col2Im: Operator {
    package static let spec = OperatorSpec("Col2Im", inputs: 3...3, writtenVersion: 18)

    private let strides: [Int]?
    private let dilations: [Int]?
    /// All begins, then all ends.
    private let pads: [Int]?

    package init(_ node: inout NodeReader) throws {
        strides = try node.ints("strides")
        dilations = try node.ints("dilations")
        pads = try node.ints("pads")
    }

    package var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = [:]
        for (name, values) in [("strides", strides), ("dilations", dilations), ("pads", pads)] {
            if let values { attributes[name] = .ints(values) }
        }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let columns = try context.type(0)
        guard columns.shape.rank == 3 else {
            throw OperatorError(.shape, "the columns are \(columns), expected [N, C * block, positions]")
        }
        guard let image = try context.knownIntegers(1), let block = try context.knownIntegers(2) else { return [nil] }
        let axes = try axes(image, block)
        let blockSize = try Shape(block).count
        let positions = try Shape(axes.map(\.positions)).count
        guard columns.shape[1] % blockSize == 0, columns.shape[2] == positions else {
            throw OperatorError(
                .shape, "the columns are \(columns), blocks of \(block) in \(image) have \(positions) positions")
        }
        return [try TensorType(columns.elementType, [columns.shape[0], columns.shape[1] / blockSize] + image)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        output.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        let axes = try axes(context.input(1).integers(), context.input(2).integers())
        try output.elementType.visitArithmetic(Adder(axes: axes, columns: context.input(0), output: output))
        return [output]
    }

    /// One axis of the image.
    private struct Axis {
        let extent: Int
        let block: Int
        let stride: Int
        let dilation: Int
        let padBegin: Int
        /// How many blocks fit.
        let positions: Int
    }

    private func axes(_ image: [Int], _ block: [Int]) throws -> [Axis] {
        let rank = image.count
        let strides = strides ?? image.map { _ in 1 }
        let dilations = dilations ?? image.map { _ in 1 }
        let pads = pads ?? image.map { _ in 0 } + image.map { _ in 0 }
        guard block.count == rank, strides.count == rank, dilations.count == rank, pads.count == 2 * rank,
            (block + strides + dilations).allSatisfy({ $0 > 0 }), (image + pads).allSatisfy({ $0 >= 0 })
        else {
            throw OperatorError(
                .shape,
                "image \(image), block \(block), strides \(strides), dilations \(dilations), pads \(pads) do not fit")
        }
        return try image.indices.map { axis in
            let reach = try Checked.multiply(dilations[axis], block[axis] - 1)
            let padded = try Checked.add(Checked.add(image[axis], pads[axis]), pads[rank + axis])
            guard reach < padded else {
                throw OperatorError(.shape, "a block that reaches over \(reach) does not fit an axis of \(padded)")
            }
            return Axis(
                extent: image[axis], block: block[axis], stride: strides[axis], dilation: dilations[axis],
                padBegin: pads[axis], positions: (padded - reach - 1) / strides[axis] + 1)
        }
    }

    private struct Adder: ArithmeticVisitor {
        let axes: [Axis]
        let columns: Tensor
        let output: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let blockSize = axes.reduce(1) { $0 * $1.block }
            let positions = columns.shape[2]
            let plane = axes.reduce(1) { $0 * $1.extent }
            try columns.withElements(of: type) { from in
                try output.withMutableElements(of: type) { to in
                    for row in 0..<columns.shape[0] * columns.shape[1] {
                        for position in 0..<positions {
                            guard let pixel = pixel(row % blockSize, position) else { continue }
                            let place = row / blockSize * plane + pixel
                            to[place] = .add(to[place], from[row * positions + position])
                        }
                    }
                }
            }
        }

        /// The pixel that element `element` of the block at `position` falls on, or nil in the padding.
        private func pixel(_ element: Int, _ position: Int) -> Int? {
            var (element, position) = (element, position)
            var (pixel, stride) = (0, 1)
            for axis in axes.reversed() {
                let place =
                    position % axis.positions * axis.stride + element % axis.block * axis.dilation - axis.padBegin
                guard place >= 0, place < axis.extent else { return nil }
                pixel += place * stride
                stride *= axis.extent
                element /= axis.block
                position /= axis.positions
            }
            return pixel
        }
    }
}
