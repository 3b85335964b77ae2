import CBLAS
import GRLGraph
import GRLTensor

/// Products of many pairs of dense matrices of one size on all threads: C = alpha · op(A) · op(B) + beta · C.
///
/// Each product is cut into blocks whose size follows from the matrices' sizes alone, and each block is one call on one
/// thread; so results are bitwise equal for every number of threads.
struct BlockedProduct<Element: BLASElement> {
    /// Rows of op(A) and C.
    let rows: Int
    /// Columns of op(B) and C.
    let columns: Int
    /// Columns of op(A), rows of op(B).
    let depth: Int
    /// Whether A is stored as [depth, rows], B as [columns, depth].
    var transposesA = false
    var transposesB = false
    var alpha: Element = 1
    var beta: Element = 0

    /// Multiplications that make a piece of work: some tens of microseconds.
    private static var pieceWork: Int { 1 << 22 }
    /// A block of fewer rows or columns than this wastes the packing of the other matrix.
    private static var smallestBlock: Int { 128 }

    /// - Parameters:
    ///   - count: the number of products.
    ///   - a: the first element of the A of a product; likewise `b` and `c`.
    /// - Throws: `BLAS_UNAVAILABLE`, `SHAPE`.
    func run(
        count: Int, on executor: any ParallelExecutor, a: (Int) -> UnsafePointer<Element>,
        b: (Int) -> UnsafePointer<Element>, c: (Int) -> UnsafeMutablePointer<Element>
    ) throws {
        guard count > 0, rows > 0, columns > 0 else { return }
        let rowBlock = smallBlockRows ?? blockLength(of: rows, across: columns)
        let columnBlock = rowBlock < rows ? columns : blockLength(of: columns, across: rows)
        let rowBlocks = (rows - 1) / rowBlock + 1
        let columnBlocks = (columns - 1) / columnBlock + 1
        let blocks = rowBlocks * columnBlocks
        let work = max(Double(rowBlock) * Double(columnBlock) * Double(depth), 1)
        let grain = max(Int(Double(Self.pieceWork) / work), 1)
        let lda = max(transposesA ? rows : depth, 1)
        let ldb = max(transposesB ? depth : columns, 1)
        let ldc = columns
        try executor.forEachRange(of: count * blocks, grain: grain) { range in
            for index in range {
                let (product, block) = index.quotientAndRemainder(dividingBy: blocks)
                let row = block / columnBlocks * rowBlock
                let column = block % columnBlocks * columnBlock
                let status = Element.multiply(
                    transposesA, transposesB, min(rowBlock, rows - row), min(columnBlock, columns - column), depth,
                    alpha, a(product) + (transposesA ? row : row * lda), lda,
                    b(product) + (transposesB ? column * ldb : column), ldb, beta, c(product) + row * ldc + column, ldc)
                try BLAS.check(status)
            }
        }
    }

    /// How many rows a block takes so that it goes the way of small products; nil if that is too few.
    private var smallBlockRows: Int? {
        let fitting = BLAS.smallProductLimit / max(Double(columns) * Double(depth), 1)
        if fitting >= Double(rows) { return rows }
        return fitting < 48 ? nil : Int(fitting) / 16 * 16
    }

    /// How many rows a block takes so that a block is about a piece of work.
    private func blockLength(of length: Int, across other: Int) -> Int {
        let perRow = max(Double(other) * Double(depth), 1)
        let wanted = Double(Self.pieceWork) / perRow
        guard wanted < Double(length) else { return length }
        let block = max((Int(wanted) + 15) / 16 * 16, Self.smallestBlock)
        return block >= length ? length : block
    }
}
