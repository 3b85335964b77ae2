import CKernels
import Testing

@Suite("Convolutions of channels-last images")
struct ConvolvePixelsTests {
    /// Kernel, stride, dilation, padding before and after, for both axes.
    typealias Axis = (kernel: Int, stride: Int, dilation: Int, before: Int, after: Int)

    struct Shape {
        var lines: Axis = (3, 1, 1, 1, 1)
        var pixels: Axis = (3, 1, 1, 1, 1)
        var height = 5
        var width: Int
        var channels: [Int]
        var columns: Int
        var gap = 0
        var runs = 1
        var residuals = 0
        var activation = GRL_ACTIVATION_NONE
    }

    /// Typical ones, then odd strides, dilations, paddings wider than the image, concatenations, shuffles, many taps.
    static let shapes = [
        Shape(width: 30, channels: [16], columns: 16),
        Shape(width: 61, channels: [3], columns: 20, activation: GRL_ACTIVATION_LEAKY_RELU),
        Shape(width: 29, channels: [20], columns: 3),
        Shape(width: 7, channels: [3], columns: 1, gap: 2, residuals: 1),
        Shape(width: 27, channels: [10], columns: 12, residuals: 2, activation: GRL_ACTIVATION_GELU),
        Shape(width: 26, channels: [4, 9], columns: 18, gap: 1),
        Shape(lines: (4, 3, 2, 3, 1), pixels: (2, 2, 3, 0, 4), height: 9, width: 33, channels: [5], columns: 35),
        Shape(lines: (3, 1, 4, 4, 4), pixels: (5, 1, 2, 9, 9), height: 3, width: 4, channels: [6], columns: 8),
        Shape(lines: (2, 2, 1, 0, 0), pixels: (2, 2, 1, 0, 0), height: 6, width: 50, channels: [8], columns: 33),
        Shape(lines: (7, 1, 1, 3, 3), pixels: (7, 1, 1, 3, 3), width: 28, channels: [2, 1], columns: 5),
        Shape(lines: (7, 1, 1, 3, 3), pixels: (7, 1, 1, 3, 3), width: 28, channels: [2], columns: 1),
        Shape(lines: (1, 1, 1, 9, 9), pixels: (1, 1, 1, 0, 0), height: 1, width: 3, channels: [2], columns: 6),
        Shape(width: 9, channels: [600], columns: 5),
        Shape(width: 27, channels: [13], columns: 20, residuals: 1),
        Shape(width: 25, channels: [7], columns: 36, runs: 2, activation: GRL_ACTIVATION_RELU),
        Shape(width: 25, channels: [4], columns: 27, gap: 3, runs: 3, residuals: 1),
    ]

    @Test("Every line against float64, whole and cut", arguments: InstructionSet.available)
    func lines(isa: InstructionSet) {
        isa.withTable { table in
            for (index, shape) in Self.shapes.enumerated() { Self.check(table, shape, seed: UInt64(index + 1)) }
        }
    }

    static func check(_ table: grl_kernel_table, _ shape: Shape, seed: UInt64, tolerance: Double = 2e-5) {
        var numbers = Numbers(seed: seed)
        let sources = shape.channels.map {
            TestSource(lines: shape.height, pixels: shape.width, channels: $0, gap: shape.gap, numbers: &numbers)
        }
        let taps = shape.lines.kernel * shape.pixels.kernel
        let layer = TestLayer(
            table, depth: taps * shape.channels.reduce(0, +), columns: shape.columns, numbers: &numbers)
        var lines = axis(shape.lines, shape.height), pixels = axis(shape.pixels, shape.width)
        var check = ConvolveCheck(
            rows: pixels.output, columns: shape.columns, gap: shape.gap,
            epilogue: TestEpilogue(activation: shape.activation), residuals: shape.residuals, runs: shape.runs)
        check.tolerance = tolerance
        for line in 0..<lines.output {
            check(table, "line \(line) of \(shape)") { first, count, epilogue, target, scratch in
                var (plain, epilogue, target) = (layer.layer, epilogue, target)
                let images = sources.map { $0.source() }
                table.convolve.convolve(
                    &plain, images, images.count, &lines, &pixels, line, first, count, &epilogue, &target, scratch)
            } sums: { pixel in
                layer(field(sources, lines, pixels, line, pixel))
            }
        }
    }

    static func axis(_ axis: Axis, _ input: Int) -> grl_window_axis {
        let output = (input + axis.before + axis.after - axis.dilation * (axis.kernel - 1) - 1) / axis.stride + 1
        return grl_window_axis(
            input: input, output: output, kernel: axis.kernel, stride: axis.stride, dilation: axis.dilation,
            pad_begin: axis.before)
    }

    /// The receptive field of an output pixel: [kernel rows, kernel columns, channels], 0 in the padding.
    static func field(
        _ sources: [TestSource], _ lines: grl_window_axis, _ pixels: grl_window_axis, _ line: Int, _ pixel: Int
    ) -> [Double] {
        var values: [Double] = []
        for i in 0..<lines.kernel {
            let y = line * lines.stride + i * lines.dilation - lines.pad_begin
            for j in 0..<pixels.kernel {
                let x = pixel * pixels.stride + j * pixels.dilation - pixels.pad_begin
                let inside = (0..<lines.input).contains(y) && (0..<pixels.input).contains(x)
                for source in sources {
                    values += inside ? source.pixel(line: y, x) : [Double](repeating: 0, count: source.channels)
                }
            }
        }
        return values
    }
}
