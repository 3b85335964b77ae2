import CKernels
import Testing

@Suite("Kernels over planes")
struct PlaneTests {
    @Test("Transposition of every small shape and of blocks", arguments: InstructionSet.available)
    func transpose(isa: InstructionSet) {
        isa.withTable { table in
            let sizes = [0, 1, 3, 4, 5, 8, 9, 17, 65, 130]
            for rows in sizes {
                for columns in sizes {
                    let sourceStride = columns + 2
                    let destinationStride = rows + 3
                    let source = (0..<max(rows * sourceStride, 1)).map { UInt32(truncatingIfNeeded: $0) | 0x7f80_0000 }
                    var destination = [UInt32](repeating: 7, count: max(columns * destinationStride, 1))
                    table.plane.transpose(source, sourceStride, &destination, destinationStride, rows, columns)
                    var expected = [UInt32](repeating: 7, count: destination.count)
                    for r in 0..<rows {
                        for c in 0..<columns { expected[c * destinationStride + r] = source[r * sourceStride + c] }
                    }
                    #expect(destination == expected, "\(rows) x \(columns)")
                }
            }
        }
    }

    @Test("Depthwise convolution against its definition", arguments: InstructionSet.available)
    func depthwise(isa: InstructionSet) {
        isa.withTable { table in
            for axis in Self.axes {
                let rowsAxis = axis
                var columnsAxis = axis
                columnsAxis.input += 20
                columnsAxis.output += 20 / columnsAxis.stride
                var numbers = Numbers(seed: UInt64(axis.kernel))
                let x = numbers.array(rowsAxis.input * columnsAxis.input)
                let filter = numbers.array(rowsAxis.kernel * columnsAxis.kernel)
                var y = [Float](repeating: 99, count: rowsAxis.output * columnsAxis.output)
                table.plane.depthwise(x, filter, 0.5, &y, rowsAxis, columnsAxis, 0, rowsAxis.output)
                var position = 0
                for r in 0..<rowsAxis.output {
                    for c in 0..<columnsAxis.output {
                        var sum = 0.5
                        for i in 0..<rowsAxis.kernel {
                            for j in 0..<columnsAxis.kernel {
                                guard let h = source(rowsAxis, output: r, tap: i),
                                    let w = source(columnsAxis, output: c, tap: j)
                                else { continue }
                                sum += Double(x[h * columnsAxis.input + w]) * Double(filter[i * columnsAxis.kernel + j])
                            }
                        }
                        #expect(agree(y[position], sum, tolerance: 3e-6), "\(axis) at \(r), \(c)")
                        position += 1
                    }
                }

                var pieces = [Float](repeating: 99, count: y.count)
                pieces.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    for r in 0..<rowsAxis.output {
                        table.plane.depthwise(
                            x, filter, 0.5, base + r * columnsAxis.output, rowsAxis, columnsAxis, r, 1)
                    }
                }
                #expect(pieces == y, "row by row, \(axis)")
            }
        }
    }

    @Test("Unfolding of 1-D, 2-D and 3-D images, whole and in blocks")
    func unfold() {
        let single = grl_window_axis(input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, pad_begin: 0)
        for outer in [single, Self.axes[1]] {
            for middle in [single, Self.axes[2], Self.axes[4]] {
                for inner in Self.axes {
                    checkUnfold([outer, middle, inner])
                }
            }
        }
    }

    private func checkUnfold(_ axes: [grl_window_axis]) {
        let channels = 2
        var numbers = Numbers(seed: 5)
        let plane = axes.reduce(1) { $0 * $1.input }
        let x = numbers.array(channels * plane)
        let positions = axes.reduce(1) { $0 * $1.output }
        let taps = axes.reduce(1) { $0 * $1.kernel }
        var geometry = grl_convolution_geometry(channels: channels, axes: (axes[0], axes[1], axes[2]))
        var expected: [Float] = []
        for channel in 0..<channels {
            for tap in 0..<taps {
                let offsets = [
                    tap / (axes[1].kernel * axes[2].kernel), tap / axes[2].kernel % axes[1].kernel,
                    tap % axes[2].kernel,
                ]
                for position in 0..<positions {
                    let outputs = [
                        position / (axes[1].output * axes[2].output), position / axes[2].output % axes[1].output,
                        position % axes[2].output,
                    ]
                    var index: Int? = channel
                    for k in 0..<3 {
                        let place = source(axes[k], output: outputs[k], tap: offsets[k])
                        index = index.flatMap { index in place.map { index * axes[k].input + $0 } }
                    }
                    expected.append(index.map { x[$0] } ?? 0)
                }
            }
        }
        for block in [1, 3, positions] where block > 0 {
            var matrix = [Float](repeating: 99, count: channels * taps * positions)
            matrix.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for first in stride(from: 0, to: positions, by: block) {
                    grl_unfold_f32(x, &geometry, first, min(block, positions - first), base + first, positions)
                }
            }
            #expect(matrix == expected, "\(axes), block \(block)")
        }
    }

    /// The input position under a tap, nil in the padding.
    private func source(_ axis: grl_window_axis, output: Int, tap: Int) -> Int? {
        let position = output * axis.stride + tap * axis.dilation - axis.pad_begin
        return (0..<axis.input).contains(position) ? position : nil
    }

    /// Axes with and without padding, strides and dilations; the third has windows that lie in the padding wholly.
    static let axes: [grl_window_axis] = [
        (7, 3, 1, 1, 1, 1), (9, 3, 1, 1, 0, 0), (5, 3, 1, 2, 4, 4), (11, 3, 2, 1, 1, 1), (12, 5, 3, 2, 2, 1),
        (6, 1, 2, 1, 0, 0), (3, 7, 1, 1, 3, 3),
    ].map { (input: Int, kernel: Int, stride: Int, dilation: Int, padBegin: Int, padEnd: Int) in
        let output = (input + padBegin + padEnd - dilation * (kernel - 1) - 1) / stride + 1
        return grl_window_axis(
            input: input, output: output, kernel: kernel, stride: stride, dilation: dilation, pad_begin: padBegin)
    }
}
