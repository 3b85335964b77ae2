import CKernels
import Testing

@Suite("Matrix products")
struct ProductTests {
    /// Shapes around the sizes of tiles, panels and depth blocks.
    static let shapes: [(rows: Int, columns: Int, depth: Int)] = [
        (1, 1, 1), (5, 7, 3), (6, 16, 16), (12, 15, 17), (13, 17, 9), (7, 33, 20), (20, 64, 5), (19, 65, 300),
        (3, 130, 257),
        (40, 48, 0), (0, 5, 5), (5, 0, 5), (25, 31, 513),
    ]

    @Test("Both storages of B, with and without addition, against float64", arguments: InstructionSet.available)
    func products(isa: InstructionSet) {
        isa.withTable { table in
            for (rows, columns, depth) in Self.shapes {
                for transposes in [false, true] {
                    for accumulates in [false, true] {
                        check(table, rows, columns, depth, transposes, accumulates)
                    }
                }
            }
        }
    }

    private func check(
        _ table: grl_kernel_table, _ rows: Int, _ columns: Int, _ depth: Int, _ transposes: Bool, _ accumulates: Bool
    ) {
        var numbers = Numbers(seed: UInt64(rows * columns + depth))
        let (lda, ldb, ldc) = (depth + 1, (transposes ? depth : columns) + 2, columns + 3)
        let a = numbers.array(rows * lda + 1), b = numbers.array((transposes ? columns : depth) * ldb + 1)
        let initial = accumulates ? numbers.array(rows * ldc + 1) : [Float](repeating: .nan, count: rows * ldc + 1)
        var c = initial
        table.product.multiply(transposes, rows, columns, depth, a, lda, b, ldb, accumulates, &c, ldc)
        for i in 0..<rows {
            for j in 0..<ldc {
                guard j < columns else {
                    #expect(c[i * ldc + j].bitPattern == initial[i * ldc + j].bitPattern)
                    continue
                }
                var sum = accumulates ? Double(initial[i * ldc + j]) : 0
                var magnitude = abs(sum)
                for k in 0..<depth {
                    let term = Double(a[i * lda + k]) * Double(transposes ? b[j * ldb + k] : b[k * ldb + j])
                    sum += term
                    magnitude += abs(term)
                }
                let error = abs(Double(c[i * ldc + j]) - sum)
                #expect(error <= 1e-6 * magnitude, "\(rows) \(columns) \(depth) at \(i), \(j)")
            }
        }
    }

    @Test("Rows and columns have the same bits alone as among others", arguments: InstructionSet.available)
    func cuts(isa: InstructionSet) {
        isa.withTable { table in
            let (rows, columns, depth) = (29, 75, 300)
            var numbers = Numbers(seed: 9)
            let a = numbers.array(rows * depth), b = numbers.array(depth * columns)
            var whole = [Float](repeating: 0, count: rows * columns), pieces = whole
            table.product.multiply(false, rows, columns, depth, a, depth, b, columns, false, &whole, columns)
            a.withUnsafeBufferPointer { a in
                b.withUnsafeBufferPointer { b in
                    pieces.withUnsafeMutableBufferPointer { c in
                        guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                        for row in stride(from: 0, to: rows, by: 5) {
                            for column in stride(from: 0, to: columns, by: 13) {
                                table.product.multiply(
                                    false, min(5, rows - row), min(13, columns - column), depth, a + row * depth, depth,
                                    b + column, columns, false, c + row * columns + column, columns)
                            }
                        }
                    }
                }
            }
            #expect(whole.map(\.bitPattern) == pieces.map(\.bitPattern))
        }
    }
}
