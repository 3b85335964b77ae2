import CKernels
import Testing

@Suite("3×3 convolutions with fewer products")
struct WinogradTests {
    typealias Shape = ConvolvePixelsTests.Shape

    /// Odd and even sizes, less than a tile, several runs of tiles, many sources, paddings, all that may follow.
    static let shapes = [
        Shape(height: 6, width: 30, channels: [16], columns: 16),
        Shape(width: 61, channels: [3], columns: 20, activation: GRL_ACTIVATION_LEAKY_RELU),
        Shape(height: 1, width: 1, channels: [40], columns: 3),
        Shape(height: 2, width: 99, channels: [5, 12], columns: 33, gap: 2, residuals: 1),
        Shape(height: 7, width: 50, channels: [20], columns: 18, residuals: 2, activation: GRL_ACTIVATION_GELU),
        Shape(height: 3, width: 9, channels: [600], columns: 5, activation: GRL_ACTIVATION_RELU),
        Shape(height: 4, width: 25, channels: [7], columns: 36, runs: 2),
        Shape(
            lines: (3, 1, 1, 0, 0), pixels: (3, 1, 1, 0, 2), height: 8, width: 11, channels: [33], columns: 45, gap: 1),
        Shape(lines: (3, 1, 1, 3, 4), pixels: (3, 1, 1, 5, 3), height: 2, width: 3, channels: [4], columns: 7),
    ]

    @Test("Every line against float64", arguments: InstructionSet.available)
    func lines(isa: InstructionSet) {
        isa.withTable { table in
            for (index, shape) in Self.shapes.enumerated() {
                let example = WinogradCase(table, shape, seed: UInt64(index + 1))
                for normalizes in [false, true] where !normalizes || shape.runs == 1 {
                    example.check(normalizes: normalizes)
                }
            }
        }
    }

    @Test("NaN reaches the results that depend on it, and no others", arguments: InstructionSet.available)
    func notANumber(isa: InstructionSet) {
        isa.withTable { table in
            let shape = Shape(height: 7, width: 8, channels: [18], columns: 5)
            for (line, pixel) in [(0, 0), (3, 2), (2, 5), (6, 7)] {
                let example = WinogradCase(table, shape, seed: 9)
                example.sources[0].floats.start[(line * 8 + pixel) * 18 + 17] = .nan
                let (_, output) = example.outputs(normalizes: false)
                for (place, value) in output.values.enumerated() {
                    let (y, x) = (place / 5 / 8, place / 5 % 8)
                    #expect(value.isNaN == (abs(y - line) <= 1 && abs(x - pixel) <= 1), "\(line) \(pixel) at \(place)")
                }
            }
        }
    }

    @Test("Transformed filters give the filters back within their rounding")
    func filters() {
        var numbers = Numbers(seed: 2)
        let weights = numbers.array(9 * 31, in: -1...1)
        var transformed = [Float](repeating: .nan, count: Int(GRL_WINOGRAD_PLACES) * 31)
        grl_winograd_filter(weights, 31, &transformed)
        var back = [Float](repeating: .nan, count: weights.count)
        grl_winograd_filter_inverse(transformed, 31, &back)
        #expect(zip(weights, back).allSatisfy { abs($0 - $1) <= 4e-7 })
        #expect(back[0..<31] == weights[0..<31], "corners are not rounded")
    }
}

/// A convolution of random images by `grl_winograd_family`.
private struct WinogradCase {
    let table: grl_kernel_table
    let shape: ConvolvePixelsTests.Shape
    let sources: [TestSource]
    let layer: TestLayer
    let packed: Floats
    let lines: grl_window_axis
    let pixels: grl_window_axis
    let scale: Floats
    let shift: Floats
    let residual: Floats
    let other: Floats

    init(_ table: grl_kernel_table, _ shape: ConvolvePixelsTests.Shape, seed: UInt64) {
        self.table = table
        self.shape = shape
        var numbers = Numbers(seed: seed)
        sources = shape.channels.map {
            TestSource(lines: shape.height, pixels: shape.width, channels: $0, gap: shape.gap, numbers: &numbers)
        }
        let channels = shape.channels.reduce(0, +)
        layer = TestLayer(table, depth: 9 * channels, columns: shape.columns, numbers: &numbers)
        let (count, places) = (channels * shape.columns, Int(GRL_WINOGRAD_PLACES))
        let transformed = Floats([Float](repeating: .nan, count: places * count))
        grl_winograd_filter(layer.weights, count, transformed.start)
        let floats = table.convolve.packed_floats(channels, shape.columns)
        packed = Floats([Float](repeating: .nan, count: places * floats))
        for place in 0..<places {
            let (from, to) = (transformed.start + place * count, packed.start + place * floats)
            if place == 5, let bias = layer.bias {
                table.convolve.pack(from, bias, channels, shape.columns, to)
            } else {
                table.convolve.pack(from, nil, channels, shape.columns, to)
            }
        }
        lines = ConvolvePixelsTests.axis(shape.lines, shape.height)
        pixels = ConvolvePixelsTests.axis(shape.pixels, shape.width)
        scale = Floats(numbers.array(shape.columns))
        shift = Floats(numbers.array(shape.columns))
        let size = lines.output * pixels.output * shape.columns
        residual = Floats(numbers.array(size))
        other = Floats(numbers.array(size))
    }

    private func epilogue(normalizes: Bool) -> TestEpilogue {
        TestEpilogue(activation: shape.activation, normalization: normalizes ? (scale, shift) : nil)
    }

    /// All lines, apart from the residual and over it; [lines, runs, pixels, columns / runs].
    func outputs(normalizes: Bool) -> (apart: Floats, over: Floats) {
        let apart = Floats([Float](repeating: .nan, count: residual.count)), over = Floats(residual.values)
        let channels = shape.channels.reduce(0, +)
        let scratch = Floats(
            [Float](repeating: 0, count: table.winograd.scratch_floats(channels, shape.columns)))
        let part = shape.columns / shape.runs, line = pixels.output * shape.columns
        for (output, from) in [(apart, residual), (over, over)] {
            for pair in 0..<(lines.output + 1) / 2 {
                let targets = (0..<2).map { index in
                    let offset = min(2 * pair + index, lines.output - 1) * line
                    return grl_row_target(
                        start: output.start + offset, stride: part, runs: shape.runs, run_stride: pixels.output * part,
                        residual: shape.residuals > 0 ? UnsafePointer(from.start + offset) : nil,
                        residual_stride: part,
                        second_residual: shape.residuals > 1 ? UnsafePointer(other.start + offset) : nil,
                        second_residual_stride: part)
                }
                var (y, x, epilogue) = (lines, pixels, epilogue(normalizes: normalizes).epilogue)
                var plain = grl_layer(packed: packed.start, depth: channels, columns: shape.columns)
                let images = sources.map { $0.source() }
                table.winograd.convolve(
                    &plain, images, images.count, &y, &x, pair, &epilogue, targets, scratch.start)
            }
        }
        return (apart, over)
    }

    func check(normalizes: Bool) {
        let (apart, over) = outputs(normalizes: normalizes)
        #expect(apart.bits == over.bits, "\(shape): in place")
        let part = shape.columns / shape.runs
        for line in 0..<lines.output {
            for pixel in 0..<pixels.output {
                let sums = layer(ConvolvePixelsTests.field(sources, lines, pixels, line, pixel))
                for (column, value) in epilogue(normalizes: normalizes)(sums).enumerated() {
                    let row = (line * shape.runs + column / part) * pixels.output + pixel
                    let place = row * part + column % part
                    var expected = value
                    if shape.residuals > 0 { expected += Double(residual.start[place]) }
                    if shape.residuals > 1 { expected += Double(other.start[place]) }
                    let result = apart.start[place]
                    if !agree(result, expected, tolerance: 2e-5) {
                        Issue.record("\(shape): \(result) instead of \(expected) at \(line), \(pixel), \(column)")
                    }
                }
            }
        }
    }
}
