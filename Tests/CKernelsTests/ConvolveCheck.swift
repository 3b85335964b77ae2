import CKernels
import Testing

/// Compares rows of results with their definition, computed at once and in pieces, in place of the residual and apart.
struct ConvolveCheck {
    var rows: Int
    var hidden = 0
    var columns: Int
    /// Floats left alone after each row.
    var gap: Int
    var epilogue: TestEpilogue
    var residuals: Int
    /// Of a pixel shuffle.
    var runs = 1
    /// Of max(1, |expected|).
    var tolerance = 2e-5

    /// `compute` fills rows row..<row + count of a target that begins at the first of them.
    func callAsFunction(
        _ table: grl_kernel_table, _ name: String,
        compute: (
            _ row: Int, _ count: Int, grl_epilogue, grl_row_target, _ scratch: UnsafeMutablePointer<Float>
        ) -> Void,
        sums: (_ row: Int) -> [Double]
    ) {
        let width = columns / runs
        let stride = width + gap
        let runStride = rows * stride + gap
        let size = runs * runStride
        var numbers = Numbers(seed: UInt64(size + 1))
        let residual = Floats(numbers.array(size)), other = Floats(numbers.array(size))
        let scratch = Floats([Float](repeating: 0, count: table.convolve.scratch_floats(hidden, columns)))
        func target(_ output: Floats, over: Floats) -> grl_row_target {
            grl_row_target(
                start: output.start, stride: stride, runs: runs, run_stride: runStride,
                residual: residuals > 0 ? UnsafePointer(over.start) : nil, residual_stride: stride,
                second_residual: residuals > 1 ? UnsafePointer(other.start) : nil, second_residual_stride: stride)
        }

        let whole = Floats(residual.values), pieces = Floats(residual.values), apart = Floats(residual.values)
        compute(0, rows, epilogue.epilogue, target(whole, over: whole), scratch.start)
        compute(0, rows, epilogue.epilogue, target(apart, over: residual), scratch.start)
        for (row, count) in cuts {
            compute(row, count, epilogue.epilogue, target(pieces, over: pieces).from(row), scratch.start)
        }
        #expect(whole.bits == apart.bits, "\(name): in place")
        #expect(whole.bits == pieces.bits, "\(name): in pieces")

        var expected = residual.values.map(Double.init)
        for row in 0..<rows {
            for (column, value) in epilogue(sums(row)).enumerated() {
                let place = row * stride + column / width * runStride + column % width
                var total = value
                if residuals > 0 { total += Double(residual.start[place]) }
                if residuals > 1 { total += Double(other.start[place]) }
                expected[place] = total
            }
        }
        for (place, value) in whole.values.enumerated() where !agree(value, expected[place], tolerance: tolerance) {
            Issue.record("\(name), \(epilogue.activation), \(value) instead of \(expected[place]) at \(place)")
        }
    }

    /// Pieces of 1, 2, 3, 7, 25 and then 13 rows.
    private var cuts: [(row: Int, count: Int)] {
        var (row, cuts, sizes) = (0, [(row: Int, count: Int)](), [1, 2, 3, 7, 25][...])
        while row < rows {
            let count = min(rows - row, sizes.popFirst() ?? 13)
            cuts.append((row, count))
            row += count
        }
        return cuts
    }
}
