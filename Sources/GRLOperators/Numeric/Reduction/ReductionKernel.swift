import CKernels
import GRLGraph

/// Float32 kernels of a reduction.
struct ReductionKernel {
    /// Reduces rows.
    private let rows: grl_reduce_f32
    /// What is done to each element before rows are combined.
    private let prepare: UnaryKernel?
    /// Combines two rows into one.
    private let combine: grl_binary_f32
    /// Whether rows that are combined are divided by their number at last.
    private let isMean: Bool
    /// What is done to each result at last.
    private let finish: UnaryKernel?

    init(
        _ rows: grl_reduce_f32, prepare: UnaryKernel? = nil, combine: grl_binary_kernels, isMean: Bool = false,
        finish: UnaryKernel? = nil
    ) {
        self.rows = rows
        self.prepare = prepare
        self.combine = combine.vector_vector
        self.isMean = isMean
        self.finish = finish
    }

    /// x [rows, columns] to y [rows].
    func reduceRows(
        _ x: UnsafePointer<Float>, rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>,
        _ executor: any ParallelExecutor
    ) {
        executor.forEachRange(of: rows, grain: Computation.grain / columns) { range in
            self.rows(x + range.lowerBound * columns, range.count, columns, y + range.lowerBound)
            apply(finish, y + range.lowerBound, range.count)
        }
    }

    /// x [matrices, rows, columns] to y [matrices, columns].
    func reduceColumns(
        _ x: UnsafePointer<Float>, matrices: Int, rows: Int, columns: Int, _ y: UnsafeMutablePointer<Float>,
        _ executor: any ParallelExecutor
    ) {
        let pieces = (columns - 1) / Self.pieceWidth + 1
        executor.forEach(matrices * pieces) { index in
            let (matrix, piece) = index.quotientAndRemainder(dividingBy: pieces)
            let first = piece * Self.pieceWidth
            reducePiece(
                x + matrix * rows * columns + first, rows: rows, stride: columns, y + matrix * columns + first,
                width: min(Self.pieceWidth, columns - first))
        }
    }

    /// How many columns are reduced together, so that the rows in work stay in the nearest cache.
    private static let pieceWidth = 1024
    /// How many rows are combined before what they give is combined with what there is. Blocks keep rounding errors
    /// small.
    private static let blockHeight = 256

    private func reducePiece(
        _ x: UnsafePointer<Float>, rows: Int, stride: Int, _ y: UnsafeMutablePointer<Float>, width: Int
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.pieceWidth) { scratch in
            guard let prepared = scratch.baseAddress else { return }
            let block = prepared + Self.pieceWidth
            for firstRow in Swift.stride(from: 0, to: rows, by: Self.blockHeight) {
                let target = firstRow == 0 ? y : block
                target.update(from: x + firstRow * stride, count: width)
                apply(prepare, target, width)
                for row in firstRow + 1..<max(min(firstRow + Self.blockHeight, rows), firstRow + 1) {
                    if let prepare {
                        prepare.function(x + row * stride, prepared, width, prepare.a, prepare.b)
                        combine(target, prepared, target, width)
                    } else {
                        combine(target, x + row * stride, target, width)
                    }
                }
                if firstRow > 0 { combine(y, block, y, width) }
            }
        }
        if isMean { apply(UnaryKernel(KernelTable.unary.affine, 1 / Float(rows)), y, width) }
        apply(finish, y, width)
    }

    private func apply(_ kernel: UnaryKernel?, _ y: UnsafeMutablePointer<Float>, _ count: Int) {
        if let kernel { kernel.function(y, y, count, kernel.a, kernel.b) }
    }
}
