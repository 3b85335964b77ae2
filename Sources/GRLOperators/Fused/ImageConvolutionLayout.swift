import GRLGraph
import GRLTensor

/// The sizes of a channels-last convolution, checked against its inputs. A linear layer has one line, of all rows.
struct ImageConvolutionLayout {
    let images: Int
    let y: SpatialWindow.Axis
    let x: SpatialWindow.Axis
    /// The channels of the concatenation that each source holds.
    let channels: [Range<Int>]
    /// Channels of the convolution's result.
    let outputChannels: Int
    /// The factor of the pixel shuffle.
    let shuffle: Int
    let output: Shape

    /// - Throws: `ARITY`, `DTYPE`, `SHAPE`, `SIZE_OVERFLOW`.
    init(_ operation: ImageConvolution, _ context: InferenceContext) throws {
        let residuals = context.inputCount - operation.sources
        guard (0...ResidualLimit.count).contains(residuals) else {
            throw OperatorError(
                .arity,
                "\(context.inputCount) inputs, expected \(operation.sources) sources and at most "
                    + "\(ResidualLimit.count) residuals")
        }
        let types = try (0..<context.inputCount).map { try context.type($0) }
        for (index, type) in types.enumerated() where type.elementType != .float32 {
            throw OperatorError(.elementType, "input \(index) is \(type.elementType), expected float32")
        }
        let shapes = types.map(\.shape)
        channels = try Self.channels(Array(shapes.prefix(operation.sources)), operation)
        let weights = operation.layer.weights
        outputChannels = weights.outputChannels
        shuffle = operation.shuffle
        if operation.window.isPointwise, shuffle == 1 {
            images = 1
            (y, x) = (Self.identity(1), Self.identity(shapes[0].count(of: 0..<shapes[0].rank - 1)))
            output = try Shape(shapes[0].dimensions.dropLast() + [outputChannels])
        } else {
            guard shapes[0].rank == 4 else {
                throw OperatorError(.shape, "input 0 has shape \(shapes[0]), expected [B, H, W, C]")
            }
            images = shapes[0][0]
            (y, x) = try operation.window.axes(height: shapes[0][1], width: shapes[0][2])
            output = try Shape([
                images, Checked.multiply(y.output, shuffle), Checked.multiply(x.output, shuffle),
                outputChannels / (shuffle * shuffle),
            ])
        }
        guard shuffle == 1 || residuals == 0 else {
            throw OperatorError(.arity, "\(residuals) residuals, expected none with a pixel shuffle")
        }
        for (index, shape) in shapes.enumerated().dropFirst(operation.sources) where shape != output {
            throw OperatorError(.shape, "residual \(index) has shape \(shape), expected \(output) as the output")
        }
    }

    /// Output number i is input number i.
    private static func identity(_ count: Int) -> SpatialWindow.Axis {
        SpatialWindow.Axis(input: count, output: count, kernel: 1, stride: 1, dilation: 1, padBegin: 0, padEnd: 0)
    }

    /// Output lines of all images.
    var lines: Int { images * y.output }

    /// Calls `body` with the index in the window and the pixel, of all images, of each tap of an output pixel that lies
    /// inside the image.
    func forEachTap(line: Int, x column: Int, _ body: (_ tap: Int, _ pixel: Int) -> Void) {
        let (image, row) = line.quotientAndRemainder(dividingBy: y.output)
        for down in y.taps(of: row) {
            for across in x.taps(of: column) {
                let inputRow = image * y.input + y.position(of: down, output: row)
                body(down * x.kernel + across, inputRow * x.input + x.position(of: across, output: column))
            }
        }
    }

    /// Where the output holds a channel of the convolution's result at a pixel.
    func place(of channel: Int, line: Int, x column: Int) -> Int {
        let (outer, right) = channel.quotientAndRemainder(dividingBy: shuffle)
        let (stored, down) = outer.quotientAndRemainder(dividingBy: shuffle)
        let pixel = (line * shuffle + down) * x.output * shuffle + column * shuffle + right
        return pixel * (outputChannels / (shuffle * shuffle)) + stored
    }

    private static func channels(_ shapes: [Shape], _ operation: ImageConvolution) throws -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for (index, shape) in shapes.enumerated() {
            guard let width = shape.dimensions.last, shape.dimensions.dropLast() == shapes[0].dimensions.dropLast()
            else {
                throw OperatorError(
                    .shape,
                    "input \(index) has shape \(shape), input 0 has \(shapes[0]), expected the same but for "
                        + "the channels")
            }
            let first = ranges.last?.upperBound ?? 0
            ranges.append(first..<(try Checked.add(first, width)))
        }
        let expected = operation.layer.weights.inputChannels
        guard ranges.last?.upperBound == expected else {
            let found = shapes.map { $0.description }.joined(separator: ", ")
            throw OperatorError(.shape, "the sources have shapes \(found), expected \(expected) channels in all")
        }
        return ranges
    }
}
