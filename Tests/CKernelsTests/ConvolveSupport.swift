import CKernels
import Foundation

/// Floats at a fixed address.
final class Floats {
    let start: UnsafeMutablePointer<Float>
    let count: Int

    init(_ values: [Float]) {
        count = values.count
        start = .allocate(capacity: max(1, values.count))
        start.initialize(from: values, count: values.count)
    }

    deinit { start.deallocate() }

    var values: [Float] { Array(UnsafeBufferPointer(start: start, count: count)) }

    var bits: [UInt32] { values.map(\.bitPattern) }
}

/// Weights [depth, columns] and bias of a layer, plain and packed.
struct TestLayer {
    let depth: Int
    let columns: Int
    let weights: [Float]
    let bias: [Float]?
    private let packed: Floats

    init(
        _ table: grl_kernel_table, depth: Int, columns: Int, bias hasBias: Bool = true, numbers: inout Numbers
    ) {
        self.depth = depth
        self.columns = columns
        let bound = 1 / Float(max(1, depth)).squareRoot()
        weights = numbers.array(depth * columns, in: -bound...bound)
        bias = hasBias ? numbers.array(columns, in: -1...1) : nil
        packed = Floats([Float](repeating: .nan, count: table.convolve.packed_floats(depth, columns)))
        table.convolve.pack(weights, bias, depth, columns, packed.start)
    }

    var packedBits: [UInt32] { packed.bits }

    var layer: grl_layer { grl_layer(packed: packed.start, depth: depth, columns: columns) }

    /// bias + x · weights in float64.
    func callAsFunction(_ x: [Double]) -> [Double] {
        (0..<columns).map { column in
            (0..<depth).reduce(Double(bias?[column] ?? 0)) { $0 + x[$1] * Double(weights[$1 * columns + column]) }
        }
    }
}

/// The definition of an activation.
func activated(_ x: Double, _ activation: grl_activation, slope: Float) -> Double {
    switch activation {
    case GRL_ACTIVATION_RELU: x < 0 ? 0 : x
    case GRL_ACTIVATION_LEAKY_RELU: x < 0 ? x * Double(slope) : x
    case GRL_ACTIVATION_GELU: 0.5 * x * erfc(-x / 2.0.squareRoot())
    case GRL_ACTIVATION_GELU_TANH: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case GRL_ACTIVATION_SIGMOID: 1 / (1 + exp(-x))
    case GRL_ACTIVATION_SILU: x / (1 + exp(-x))
    default: x
    }
}

let everyActivation = [
    GRL_ACTIVATION_NONE, GRL_ACTIVATION_RELU, GRL_ACTIVATION_LEAKY_RELU, GRL_ACTIVATION_GELU, GRL_ACTIVATION_GELU_TANH,
    GRL_ACTIVATION_SIGMOID, GRL_ACTIVATION_SILU,
]

/// What follows a layer, with its operands.
struct TestEpilogue {
    var activation = GRL_ACTIVATION_NONE
    var slope: Float = 0.2
    var epsilon: Float = 1e-3
    /// Layer normalisation's scale and shift; nil does not normalise.
    var normalization: (scale: Floats, shift: Floats)?

    var epilogue: grl_epilogue {
        grl_epilogue(
            activation: activation, slope: slope, normalizes: normalization != nil, epsilon: epsilon,
            scale: normalization.map { UnsafePointer($0.scale.start) },
            shift: normalization.map { UnsafePointer($0.shift.start) })
    }

    /// A row of sums, activated and normalised, in float64.
    func callAsFunction(_ sums: [Double]) -> [Double] {
        let row = sums.map { activated($0, activation, slope: slope) }
        guard let normalization else { return row }
        let (scale, shift) = (normalization.scale.values, normalization.shift.values)
        let mean = row.reduce(0, +) / Double(row.count)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
        return row.indices.map { column in
            (row[column] - mean) / (variance + Double(epsilon)).squareRoot() * Double(scale[column])
                + Double(shift[column])
        }
    }
}

/// A channels-last image or matrix that a layer reads, with gaps between its pixels and lines.
struct TestSource {
    let channels: Int
    let stride: Int
    let lineStride: Int
    let floats: Floats

    init(lines: Int = 1, pixels: Int, channels: Int, gap: Int = 0, numbers: inout Numbers) {
        self.channels = channels
        stride = channels + gap
        lineStride = pixels * stride + gap
        floats = Floats(numbers.array(lines * lineStride))
    }

    func source(from pixel: Int = 0) -> grl_row_source {
        grl_row_source(
            start: floats.start + pixel * stride, channels: channels, stride: stride, line_stride: lineStride)
    }

    func pixel(line: Int = 0, _ pixel: Int) -> [Double] {
        let first = line * lineStride + pixel * stride
        return (0..<channels).map { Double(floats.start[first + $0]) }
    }
}

extension grl_row_target {
    /// The same target from row `row` on.
    func from(_ row: Int) -> grl_row_target {
        var moved = self
        moved.start += row * stride
        moved.residual = residual.map { $0 + row * residual_stride }
        moved.second_residual = second_residual.map { $0 + row * second_residual_stride }
        return moved
    }
}
