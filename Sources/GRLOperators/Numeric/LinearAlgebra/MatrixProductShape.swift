import GRLGraph
import GRLTensor

/// The shapes of a batched matrix product by the rules of `numpy.matmul`: A [..., rows, depth], B [..., depth,
/// columns]; a vector counts as one row or one column that the result leaves out; leading dimensions broadcast.
struct MatrixProductShape {
    let rows: Int
    let columns: Int
    let depth: Int
    /// The result's shape.
    let output: Shape
    /// The leading dimensions of the result.
    let batch: Shape
    private let batchA: Shape
    private let batchB: Shape

    /// - Throws: `SHAPE` when a factor is a scalar or the shapes do not fit.
    init(_ a: Shape, _ b: Shape) throws {
        guard a.rank > 0, b.rank > 0 else {
            throw OperatorError(.shape, "the factors have shapes \(a) and \(b), expected rank 1 or more")
        }
        let dimensionsA = a.rank == 1 ? [1, a[0]] : a.dimensions
        let dimensionsB = b.rank == 1 ? [b[0], 1] : b.dimensions
        rows = dimensionsA[dimensionsA.count - 2]
        depth = dimensionsA[dimensionsA.count - 1]
        columns = dimensionsB[dimensionsB.count - 1]
        guard dimensionsB[dimensionsB.count - 2] == depth else {
            throw OperatorError(
                .shape,
                "the factors \(a) and \(b) do not fit: inner dimensions \(depth) and "
                    + "\(dimensionsB[dimensionsB.count - 2])")
        }
        batchA = try Shape(Array(dimensionsA.dropLast(2)))
        batchB = try Shape(Array(dimensionsB.dropLast(2)))
        batch = try batchA.broadcast(with: batchB)
        output = try Shape(batch.dimensions + (a.rank == 1 ? [] : [rows]) + (b.rank == 1 ? [] : [columns]))
    }

    /// Whether B is one matrix and every matrix of A is used once, in order: then all rows of A form one matrix.
    var isOneProduct: Bool { batchB.count == 1 && batchA.count == batch.count }

    /// Which matrix of A and which of B each product of the batch takes.
    var factors: [(a: Int, b: Int)] {
        let stridesA = batchA.broadcastStrides(to: batch)
        let stridesB = batchB.broadcastStrides(to: batch)
        return (0..<batch.count).map { index in
            var rest = index
            var a = 0
            var b = 0
            for axis in (0..<batch.rank).reversed() {
                let (quotient, position) = rest.quotientAndRemainder(dividingBy: batch[axis])
                a += position * stridesA[axis]
                b += position * stridesB[axis]
                rest = quotient
            }
            return (a, b)
        }
    }
}
