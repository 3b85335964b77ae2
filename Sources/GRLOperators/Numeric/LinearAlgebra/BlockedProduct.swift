import GRLGraph
import GRLTensor

/// Products of many pairs of dense matrices of one size on all threads: C = alpha · op(A) · op(B) + beta · C.
///
/// Each product is cut into blocks whose size follows from the matrices' sizes alone, and each block is one call on one
/// thread; so results are bitwise equal for every number of threads. The project's own kernel multiplies where B is
/// small, as in attention and linear layers; OpenBLAS does the rest.
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
    /// A block of fewer rows or columns than this wastes the packing of the other matrix in OpenBLAS.
    private static var smallestBlock: Int { 128 }
    /// Elements of A that stay in the second-level cache while a block runs along B.
    private static var cachedElements: Int { 1 << 16 }

    /// - Parameters:
    ///   - count: the number of products.
    ///   - a: the first element of the A of a product; likewise `b` and `c`.
    /// - Throws: `BLAS_UNAVAILABLE`, `SHAPE`.
    func run(
        count: Int, on executor: any ParallelExecutor, a: (Int) -> UnsafePointer<Element>,
        b: (Int) -> UnsafePointer<Element>, c: (Int) -> UnsafeMutablePointer<Element>
    ) throws {
        guard count > 0, rows > 0, columns > 0 else { return }
        let direct = isDirect ? Element.directProduct : nil
        let (rowBlock, columnBlock) = direct == nil ? libraryBlock : directBlock
        let columnBlocks = (columns - 1) / columnBlock + 1
        let blocks = ((rows - 1) / rowBlock + 1) * columnBlocks
        let work = max(Double(rowBlock) * Double(columnBlock) * Double(depth), 1)
        let grain = max(Int(Double(Self.pieceWork) / work), 1)
        let lda = max(transposesA ? rows : depth, 1)
        let ldb = max(transposesB ? depth : columns, 1)
        try executor.forEachRange(of: count * blocks, grain: grain) { range in
            for index in range {
                let (product, block) = index.quotientAndRemainder(dividingBy: blocks)
                let row = block / columnBlocks * rowBlock
                let column = block % columnBlocks * columnBlock
                let (height, width) = (min(rowBlock, rows - row), min(columnBlock, columns - column))
                let left = a(product) + (transposesA ? row : row * lda)
                let right = b(product) + (transposesB ? column * ldb : column)
                let target = c(product) + row * columns + column
                if let direct {
                    direct(transposesB, height, width, depth, left, lda, right, ldb, beta == 1, target, columns)
                } else {
                    try BLAS.check(
                        Element.multiply(
                            transposesA, transposesB, height, width, depth, alpha, left, lda, right, ldb, beta, target,
                            columns))
                }
            }
        }
    }

    /// Whether the own kernel can multiply these matrices, and does so at least as fast.
    private var isDirect: Bool {
        !transposesA && alpha == 1 && (beta == 0 || beta == 1) && columns >= 8 && (depth <= 1024 || columns <= 1024)
    }

    /// The rows and columns of a block for the own kernel.
    private var directBlock: (rows: Int, columns: Int) {
        let height = min(rows, min(max(Self.cachedElements / max(depth, 1), 48), 512))
        let perColumn = max(Double(height) * Double(depth), 1)
        let width = max(Int(Double(Self.pieceWork) / perColumn) / 64 * 64, 256)
        return (height, min(columns, width))
    }

    /// The rows and columns of a block for OpenBLAS: only one of them is cut.
    private var libraryBlock: (rows: Int, columns: Int) {
        let height = blockLength(of: rows, across: columns)
        return (height, height < rows ? columns : blockLength(of: columns, across: rows))
    }

    /// How many rows (or columns) a block takes so that it is about a piece of work.
    private func blockLength(of length: Int, across other: Int) -> Int {
        let perRow = max(Double(other) * Double(depth), 1)
        let wanted = Double(Self.pieceWork) / perRow
        guard wanted < Double(length) else { return length }
        let block = max((Int(wanted) + 15) / 16 * 16, Self.smallestBlock)
        return block >= length ? length : block
    }
}
