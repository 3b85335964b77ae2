import CKernels
import GRLGraph

/// A window that slides over the spatial axes of an image.
struct SpatialWindow {
    /// One axis, in elements. The tap k of output o lies at input o · stride + k · dilation - padBegin.
    struct Axis {
        let input: Int
        let output: Int
        let kernel: Int
        let stride: Int
        let dilation: Int
        let padBegin: Int
        let padEnd: Int

        /// The taps of an output that lie inside the image.
        func taps(of output: Int) -> Range<Int> {
            let start = output * stride - padBegin
            let first = start >= 0 ? 0 : (dilation - 1 - start) / dilation
            let end = input > start ? min((input - start + dilation - 1) / dilation, kernel) : 0
            return first < end ? first..<end : 0..<0
        }

        /// The input element under a tap of an output.
        func position(of tap: Int, output: Int) -> Int { output * stride + tap * dilation - padBegin }

        /// How many taps of an output lie inside the image or its padding.
        func paddedTapCount(of output: Int) -> Int {
            let room = input + padBegin + padEnd - output * stride
            return min(max((room + dilation - 1) / dilation, 0), kernel)
        }
    }

    let axes: [Axis]

    /// The shape of the output's spatial axes.
    var outputShape: [Int] { axes.map(\.output) }
    /// The number of elements of an input plane, of an output plane.
    var inputCount: Int { axes.reduce(1) { $0 * $1.input } }
    var outputCount: Int { axes.reduce(1) { $0 * $1.output } }

    /// The three axes that kernels take, of an image with at most three; nil for more.
    var kernelAxes: (grl_window_axis, grl_window_axis, grl_window_axis)? {
        guard axes.count <= 3 else { return nil }
        let single = grl_window_axis(input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0)
        let all = Array(repeating: single, count: 3 - axes.count) + axes.map(\.kernelAxis)
        return (all[0], all[1], all[2])
    }

    /// Whether every output is one input element, in order: a kernel of 1 without stride and padding.
    var isIdentity: Bool {
        axes.allSatisfy { $0.kernel == 1 && $0.stride == 1 && $0.padBegin == 0 && $0.padEnd == 0 }
    }
}

extension SpatialWindow.Axis {
    /// - Throws: `SHAPE` when the window is larger than the padded image.
    init(
        input: Int, kernel: Int, stride: Int, dilation: Int, pads: (Int, Int), autoPad: WindowAttributes.AutoPad,
        ceilMode: Bool
    ) throws {
        let (reach, overflow) = dilation.multipliedReportingOverflow(by: kernel - 1)
        guard !overflow, reach < Int.max / 4 else {
            throw OperatorError(.shape, "a window of \(kernel) taps \(dilation) apart does not fit")
        }
        var output: Int
        var pads = pads
        switch autoPad {
        case .sameUpper, .sameLower:
            output = input / stride + (input % stride == 0 ? 0 : 1)
            let total = max((output - 1) * stride + reach + 1 - input, 0)
            let less = total / 2
            pads = autoPad == .sameUpper ? (less, total - less) : (total - less, less)
        case .notSet, .valid:
            let room = input + pads.0 + pads.1 - reach - 1
            guard room >= 0 else {
                throw OperatorError(
                    .shape,
                    "a window that spans \(reach + 1) is larger than the image of \(input) padded by "
                        + "\(pads.0) and \(pads.1)")
            }
            output = room / stride + 1
            if ceilMode, room % stride != 0, output * stride < input + pads.0 { output += 1 }
        }
        self.init(
            input: input, output: output, kernel: kernel, stride: stride, dilation: dilation, padBegin: pads.0,
            padEnd: pads.1)
    }

    /// The axis as kernels take it.
    var kernelAxis: grl_window_axis {
        grl_window_axis(
            input: input, output: output, kernel: kernel, stride: stride, dilation: dilation, pad_begin: padBegin)
    }
}

/// Visits the taps of one output position after another that lie inside the image.
struct WindowCursor {
    private let axes: [SpatialWindow.Axis]
    private let inputStrides: [Int]
    private let tapStrides: [Int]
    private var taps: [Range<Int>]
    private var starts: [Int]
    private var position: [Int]

    init(_ window: SpatialWindow) {
        axes = window.axes
        inputStrides = Self.strides(axes.map(\.input))
        tapStrides = Self.strides(axes.map(\.kernel))
        taps = Array(repeating: 0..<0, count: axes.count)
        starts = Array(repeating: 0, count: axes.count)
        position = starts
    }

    /// Goes to an output position, row-major over the output's spatial axes.
    mutating func move(to output: Int) {
        var rest = output
        for axis in axes.indices.reversed() {
            let (quotient, index) = rest.quotientAndRemainder(dividingBy: axes[axis].output)
            position[axis] = index
            taps[axis] = axes[axis].taps(of: index)
            starts[axis] = index * axes[axis].stride - axes[axis].padBegin
            rest = quotient
        }
    }

    /// The number of taps inside the image.
    var tapCount: Double { taps.reduce(1) { $0 * Double($1.count) } }

    /// The number of taps inside the image or its padding.
    var paddedTapCount: Double {
        axes.indices.reduce(1) { $0 * Double(axes[$1].paddedTapCount(of: position[$1])) }
    }

    /// Calls `body` with each tap's row-major index in the window (meaningful if the window's taps can be counted) and
    /// the offset of its element in the input plane.
    func forEachTap(_ body: (_ tap: Int, _ offset: Int) -> Void) {
        visit(0, tap: 0, offset: 0, body)
    }

    private func visit(_ axis: Int, tap: Int, offset: Int, _ body: (Int, Int) -> Void) {
        guard axis < axes.count else { return body(tap, offset) }
        for index in taps[axis] {
            visit(
                axis + 1, tap: tap &+ index &* tapStrides[axis],
                offset: offset + (starts[axis] + index * axes[axis].dilation) * inputStrides[axis], body)
        }
    }

    private static func strides(_ dimensions: [Int]) -> [Int] {
        var stride = 1
        var result = dimensions
        for axis in dimensions.indices.reversed() {
            result[axis] = stride
            stride = stride.multipliedReportingOverflow(by: max(dimensions[axis], 1)).partialValue
        }
        return result
    }
}
