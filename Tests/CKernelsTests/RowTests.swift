import CKernels
import Foundation
import Testing

@Suite("Kernels over rows")
struct RowTests {
    @Test("Reductions against float64", arguments: InstructionSet.available)
    func reductions(isa: InstructionSet) {
        isa.withTable { table in
            for columns in awkwardCounts + [1000] {
                var numbers = Numbers(seed: UInt64(columns + 1))
                let rows = 3
                let x = numbers.array(rows * columns)
                func row(_ r: Int) -> [Double] { x[r * columns..<(r + 1) * columns].map(Double.init) }
                func check(
                    _ kernel: grl_reduce_f32, _ name: String, tolerance: Double, _ definition: ([Double]) -> Double
                ) {
                    var y = [Float](repeating: 99, count: rows)
                    kernel(x, rows, columns, &y)
                    for r in 0..<rows {
                        #expect(agree(y[r], definition(row(r)), tolerance: tolerance), "\(name) of \(columns)")
                    }
                }
                check(table.reduce.sum, "sum", tolerance: 2e-6) { $0.reduce(0, +) }
                check(table.reduce.mean, "mean", tolerance: 1e-6) { $0.reduce(0, +) / Double($0.count) }
                check(table.reduce.maximum, "maximum", tolerance: 0) { $0.max() ?? -.infinity }
                check(table.reduce.minimum, "minimum", tolerance: 0) { $0.min() ?? .infinity }
                check(table.reduce.sum_of_squares, "squares", tolerance: 2e-6) { $0.reduce(0) { $0 + $1 * $1 } }

                var means = [Float](repeating: 0, count: rows), variances = means
                table.reduce.moments(x, rows, columns, &means, &variances)
                for r in 0..<rows where columns > 0 {
                    let (mean, variance) = moments(row(r))
                    #expect(agree(means[r], mean, tolerance: 1e-6))
                    #expect(agree(variances[r], variance, tolerance: 2e-6))
                }
            }
        }
    }

    @Test("NaN anywhere in a row reaches its reductions", arguments: InstructionSet.available)
    func reductionsOfNaN(isa: InstructionSet) {
        isa.withTable { table in
            for columns in [1, 5, 16, 70] {
                for position in [0, columns / 2, columns - 1] {
                    var x = [Float](repeating: 1, count: columns)
                    x[position] = .nan
                    for kernel in [
                        table.reduce.sum, table.reduce.mean, table.reduce.maximum, table.reduce.minimum,
                        table.reduce.sum_of_squares,
                    ] {
                        var y: Float = 0
                        kernel(x, 1, columns, &y)
                        #expect(y.isNaN)
                    }
                }
            }
        }
    }

    @Test("Softmax and log-softmax against float64", arguments: InstructionSet.available)
    func softmax(isa: InstructionSet) {
        isa.withTable { table in
            for columns in awkwardCounts + [1000] where columns > 0 {
                var numbers = Numbers(seed: UInt64(columns))
                let rows = 2
                var x = numbers.array(rows * columns, in: -30...30)
                if columns > 2 { x[1] = -.infinity }
                var y = [Float](repeating: 99, count: x.count), logarithms = y
                table.softmax.softmax(x, &y, rows, columns)
                table.softmax.log_softmax(x, &logarithms, rows, columns)
                for r in 0..<rows {
                    let row = x[r * columns..<(r + 1) * columns].map(Double.init)
                    let highest = row.max() ?? 0
                    let total = row.reduce(0) { $0 + exp($1 - highest) }
                    for c in 0..<columns {
                        let expected = exp(row[c] - highest) / total
                        let relative = 5e-7 + 6e-8 * (highest - row[c])
                        let same = expected == 0 && y[r * columns + c] == 0
                        #expect(same || abs(Double(y[r * columns + c]) - expected) <= relative * expected + 1e-44)
                        let logarithm = row[c] - highest - log(total)
                        #expect(agree(logarithms[r * columns + c], logarithm, tolerance: 5e-7))
                    }
                }
                table.softmax.softmax(x, &x, rows, columns)
                #expect(x == y, "in place, \(columns) columns")
            }
        }
    }

    @Test("Softmax of rows without a finite answer is NaN", arguments: InstructionSet.available)
    func softmaxNaN(isa: InstructionSet) {
        isa.withTable { table in
            for columns in [1, 4, 17, 64] {
                for value in [-Float.infinity, .infinity, .nan] {
                    var x = [Float](repeating: value == -.infinity ? value : 0, count: columns)
                    x[columns - 1] = value
                    table.softmax.softmax(x, &x, 1, columns)
                    #expect(x.allSatisfy { $0.isNaN }, "\(value) in \(columns) columns")
                }
            }
        }
    }

    @Test("Layer and RMS normalisation against float64", arguments: InstructionSet.available)
    func normalization(isa: InstructionSet) {
        isa.withTable { table in
            for columns in awkwardCounts + [180] where columns > 0 {
                var numbers = Numbers(seed: UInt64(columns))
                let rows = 3
                let epsilon: Float = 1e-5
                let x = numbers.array(rows * columns), scale = numbers.array(columns), bias = numbers.array(columns)
                var y = [Float](repeating: 99, count: x.count), plain = y, rms = y
                var means = [Float](repeating: 99, count: rows), deviations = means
                table.normalize.layer(x, &y, rows, columns, scale, bias, epsilon, &means, &deviations)
                table.normalize.layer(x, &plain, rows, columns, nil, nil, epsilon, nil, nil)
                table.normalize.rms(x, &rms, rows, columns, scale, epsilon)
                for r in 0..<rows {
                    let row = x[r * columns..<(r + 1) * columns].map(Double.init)
                    let (mean, variance) = moments(row)
                    let deviation = 1 / (variance + Double(epsilon)).squareRoot()
                    #expect(agree(means[r], mean, tolerance: 1e-6))
                    #expect(agree(deviations[r], deviation, tolerance: 1e-5))
                    let squares = row.reduce(0) { $0 + $1 * $1 } / Double(columns)
                    for c in 0..<columns {
                        let normal = (row[c] - mean) * deviation
                        #expect(agree(plain[r * columns + c], normal, tolerance: 2e-5))
                        let expected = normal * Double(scale[c]) + Double(bias[c])
                        #expect(agree(y[r * columns + c], expected, tolerance: 2e-5))
                        let root = row[c] / (squares + Double(epsilon)).squareRoot() * Double(scale[c])
                        #expect(agree(rms[r * columns + c], root, tolerance: 2e-6))
                    }
                }
            }
        }
    }

    @Test("Rows give the same bits alone as among others", arguments: InstructionSet.available)
    func rowsAreIndependent(isa: InstructionSet) {
        isa.withTable { table in
            let rows = 5
            let columns = 37
            var numbers = Numbers(seed: 11)
            let x = numbers.array(rows * columns)
            var together = x, alone = x
            table.softmax.softmax(x, &together, rows, columns)
            alone.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for r in 0..<rows { table.softmax.softmax(base + r * columns, base + r * columns, 1, columns) }
            }
            #expect(together.map(\.bitPattern) == alone.map(\.bitPattern))
        }
    }

    private func moments(_ row: [Double]) -> (mean: Double, variance: Double) {
        let mean = row.reduce(0, +) / Double(row.count)
        return (mean, row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count))
    }
}
