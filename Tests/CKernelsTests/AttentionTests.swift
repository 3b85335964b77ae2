import CKernels
import Foundation
import Testing

@Suite("Attention in windows")
struct AttentionTests {
    /// Windows of queries and keys: squares, strips, anchors of factors 2 and 4 in both roles, sizes that no vector
    /// divides.
    static let windows: [(query: (rows: Int, columns: Int), key: (rows: Int, columns: Int))] = [
        ((1, 1), (1, 1)), ((3, 1), (2, 1)), ((4, 4), (4, 4)), ((8, 8), (8, 8)), ((7, 5), (7, 5)), ((9, 13), (9, 13)),
        ((12, 12), (12, 12)), ((16, 16), (16, 16)), ((4, 8), (16, 32)), ((16, 32), (4, 8)), ((6, 9), (12, 18)),
        ((24, 12), (12, 6)), ((1, 40), (40, 1)), ((48, 5), (5, 48)), ((36, 36), (9, 9)), ((20, 20), (20, 20)),
        ((48, 48), (48, 48)), ((48, 48), (12, 12)), ((22, 44), (11, 22)), ((8, 96), (2, 24)), ((24, 40), (24, 40)),
    ]

    private func attention(size: Int = 6, _ window: Int = 5) -> AttentionCase {
        var attention = AttentionCase()
        attention.size = size
        (attention.queryWindow, attention.keyWindow) = Self.windows[window]
        return attention
    }

    @Test("Every head size against float64", arguments: InstructionSet.available)
    func sizes(isa: InstructionSet) {
        isa.withTable { table in
            for size in Array(1...64) + [80] {
                var attention = attention(size: size, size % 2 == 0 ? 4 : 6)
                attention.fill(seed: UInt64(size))
                #expect(attention.error(of: attention.output(table), step: 7) < 5e-6, "head size \(size)")
            }
        }
    }

    @Test("Windows of all shapes, plain and divided by a shift", arguments: InstructionSet.available)
    func shapes(isa: InstructionSet) {
        isa.withTable { table in
            for window in Self.windows.indices {
                for shifted in [false, true] {
                    var attention = attention(window)
                    if shifted { attention.shiftByHalf() }
                    attention.fill(seed: UInt64(window + 1))
                    let scores = attention.probabilities(0, 0).count * attention.query.count
                    let error = attention.error(of: attention.output(table), step: 1 + scores / 10_000)
                    #expect(error < 5e-6, "\(Self.windows[window]), shifted: \(shifted)")
                }
            }
        }
    }

    @Test("More keys than a run and more queries than a block hold", arguments: InstructionSet.available)
    func manyTokens(isa: InstructionSet) {
        isa.withTable { table in
            for scale: Float in [10, 60] {
                var attention = attention(size: 160, 7)
                attention.scale = scale
                attention.shiftByHalf()
                attention.fill(seed: 4)
                #expect(attention.error(of: attention.output(table), step: 17) < 2e-5)
            }
        }
    }

    @Test("Only the head's channels of the output are written", arguments: InstructionSet.available)
    func otherChannels(isa: InstructionSet) {
        isa.withTable { table in
            var attention = attention(size: 11)
            attention.fill(seed: 3)
            var output = attention.output(table)
            for y in 0..<attention.queryWindow.rows {
                for x in 0..<attention.queryWindow.columns {
                    let place = attention.queryPlace(y, x)
                    for c in 0..<attention.size { output[place + c] = 99 }
                }
            }
            #expect(output.allSatisfy { $0 == 99 })
        }
    }

    @Test("Masks of any weight, and splits of one side or direction alone", arguments: InstructionSet.available)
    func masks(isa: InstructionSet) {
        isa.withTable { table in
            let cases = [
                ((4, 0), (2, 0)), ((0, 5), (0, 9)), ((3, 3), (0, 0)), ((0, 0), (6, 7)), ((9, 13), (2, 2)),
            ]
            for mask: Float in [-100, -5, 3] {
                for splits in cases {
                    var attention = attention()
                    (attention.querySplit, attention.keySplit) = splits
                    attention.mask = mask
                    attention.fill(seed: 8)
                    #expect(attention.error(of: attention.output(table), step: 5) < 5e-6, "\(mask) \(splits)")
                }
            }
        }
    }

    @Test("Masked pairs count where large scales make them matter", arguments: InstructionSet.available)
    func maskedPairsThatMatter(isa: InstructionSet) {
        isa.withTable { table in
            var attention = attention(size: 16, 7)
            attention.shiftByHalf()
            attention.scale = 100
            attention.fill(seed: 5)
            // Keys of the first region point away from the queries, all others towards them.
            for y in 0..<16 {
                for x in 0..<16 {
                    let own = y < attention.keySplit.row && x < attention.keySplit.column
                    let place = attention.keyPlace(y, x), target = attention.queryPlace(0, 0)
                    for c in 0..<16 { attention.key[place + c] = attention.query[target + c] * (own ? -1 : 1) }
                }
            }
            let probabilities = attention.probabilities(0, 0)
            let own = (0..<8).flatMap { y in (0..<8).map { x in probabilities[y * 16 + x] } }
            #expect(own.reduce(0, +) < 0.5)
            #expect(attention.error(of: attention.output(table), step: 5) < 5e-5)
        }
    }

    @Test("Unbounded logits of dot products, from tiny to huge", arguments: InstructionSet.available)
    func dotProducts(isa: InstructionSet) {
        isa.withTable { table in
            for (scale, tolerance) in [(Float(0.25), 5e-6), (3, 5e-5), (300, 5e-3), (1e9, 1e-5)] {
                for biasRange: Float in [0, 4] {
                    var attention = attention(size: 8)
                    attention.cosine = false
                    attention.scale = scale
                    attention.biasRange = biasRange
                    attention.shiftByHalf()
                    attention.fill(seed: 6)
                    #expect(attention.error(of: attention.output(table), step: 5) < tolerance, "scale \(scale)")
                }
            }
        }
    }

    @Test("No scale of cosines overflows", arguments: InstructionSet.available)
    func scales(isa: InstructionSet) {
        isa.withTable { table in
            for scale: Float in [0, 1e-38, 1, 40, 100, 1e4, 2e38, -100] {
                var attention = attention(size: 8)
                attention.scale = scale
                attention.biasRange = scale == 0 ? 200 : 16
                attention.shiftByHalf()
                attention.fill(seed: 12)
                let output = attention.output(table)
                #expect(output.allSatisfy { $0 == 99 || abs($0) <= 2.0001 }, "scale \(scale)")
                if abs(scale) <= 100 { #expect(attention.error(of: output, step: 5) < 5e-5, "scale \(scale)") }
            }
        }
    }

    /// Logits that are biases alone, since queries are zeros: the power of each key is its output over that of a key
    /// whose logit is 0.
    struct PowerRange: CustomTestStringConvertible {
        let testDescription: String
        let logits: ClosedRange<Float>
        /// Scales above the bound need a maximum.
        let scale: Float
    }

    static let powerRanges = [
        PowerRange(testDescription: "bounded, no maximum", logits: -40...40, scale: 0),
        PowerRange(testDescription: "below the maximum, to 2^-119", logits: -83...0, scale: 100),
        PowerRange(testDescription: "above the maximum, to the slack of 2^60", logits: 0...41.5, scale: 100),
    ]

    @Test("Powers over the used range, densely", arguments: InstructionSet.available, powerRanges)
    func powers(isa: InstructionSet, range: PowerRange) {
        // So many keys have the logit 0 that the first tile has no other; two have the ends of the range.
        let count = 64, zeros = 8, points = 40_000
        let span = range.logits.upperBound - range.logits.lowerBound
        isa.withTable { table in
            var attention = AttentionCase()
            attention.size = count
            (attention.queryWindow, attention.keyWindow) = ((1, 1), (1, count))
            attention.scale = range.scale
            attention.fill(seed: 13, in: 0...0)
            for key in 0..<count {
                let place = attention.keyPlace(0, key)
                for channel in 0..<count { attention.value[place + channel] = channel == key ? 1 : 0 }
            }
            var worst = (error: 0.0, power: 0.0)
            for first in stride(from: 0, to: points, by: count - zeros - 2) {
                var logits = [Float](repeating: 0, count: zeros)
                logits += [range.logits.lowerBound, range.logits.upperBound]
                logits += (first..<first + count - logits.count).map {
                    range.logits.lowerBound + span * (Float(min($0, points)) / Float(points))
                }
                attention.table = logits.reversed()
                let output = attention.output(table), place = attention.queryPlace(0, 0)
                for key in zeros..<count {
                    let power = exp2(Double(logits[key] * Float(0x1.715476p0)))
                    let error = abs(Double(output[place + key]) / Double(output[place]) / power - 1)
                    if !(error <= worst.error) { worst = (error, power) }
                }
            }
            #expect(worst.error < 3e-7, "relative error \(worst.error) at the power \(worst.power)")
        }
    }

    @Test("Tokens of zeros are normalised to zeros", arguments: InstructionSet.available)
    func zeros(isa: InstructionSet) {
        isa.withTable { table in
            var attention = attention(size: 8)
            attention.fill(seed: 7, in: 0...0)
            #expect(attention.error(of: attention.output(table)) < 5e-6)
        }
    }

    @Test("Rows cut in any way have the same bits", arguments: InstructionSet.available)
    func cuts(isa: InstructionSet) {
        isa.withTable { table in
            for window in [5, 6, 7, 8, 9, 11] {
                for (scale, shifted) in [(Float(10), false), (10, true), (100, false), (100, true)] {
                    var attention = attention(size: 9, window)
                    attention.scale = scale
                    if shifted { attention.shiftByHalf() }
                    attention.fill(seed: 9)
                    let whole = attention.output(table).map(\.bitPattern)
                    for rows in [1, 3, 5] {
                        let same = attention.output(table, rows: rows).map(\.bitPattern) == whole
                        #expect(same, "\(rows) rows of \(Self.windows[window]), scale \(scale)")
                    }
                }
            }
        }
    }

    @Test("NaN reaches the outputs that depend on it, and no others", arguments: InstructionSet.available)
    func notANumber(isa: InstructionSet) {
        isa.withTable { table in
            for scale: Float in [10, 100] {
                for nan in [Float.nan, -Float.nan, Float(nan: 5, signaling: false)] {
                    var clean = attention(size: 9)
                    clean.scale = scale
                    clean.fill(seed: 10)
                    let place = clean.queryPlace(2, 3)

                    var attention = clean
                    attention.query[place + 4] = nan
                    var output = attention.output(table)
                    #expect(output[place..<place + 9].allSatisfy { $0.isNaN })
                    #expect(output.count { $0.isNaN } == 9)

                    attention = clean
                    attention.key[attention.keyPlace(8, 12)] = nan
                    output = attention.output(table)
                    #expect(output.count { $0.isNaN } == 9 * 13 * 9)

                    attention = clean
                    attention.value[attention.keyPlace(8, 12) + 1] = nan
                    output = attention.output(table)
                    #expect(output.count { $0.isNaN } == 9 * 13 && output[place + 1].isNaN)

                    attention = clean
                    attention.table[0] = nan
                    output = attention.output(table)
                    #expect(output.count { $0.isNaN } == 9)
                }
            }
        }
    }

    @Test(
        "NaN reaches queries that its region is masked for, though masked regions are left out",
        arguments: InstructionSet.available)
    func maskedNotANumber(isa: InstructionSet) {
        isa.withTable { table in
            for window in [5, 6] {
                var clean = attention(size: 9, window)
                clean.shiftByHalf()
                clean.fill(seed: 14)
                let last = (clean.keyWindow.rows - 1, clean.keyWindow.columns - 1)
                let queries = clean.queryWindow.rows * clean.queryWindow.columns

                var attention = clean
                attention.key[attention.keyPlace(last.0, last.1) + 8] = .nan
                #expect(attention.output(table).count { $0.isNaN } == 9 * queries)
                #expect(attention.output(table, rows: 1).count { $0.isNaN } == 9 * queries)

                attention = clean
                attention.value[attention.keyPlace(last.0, last.1) + 8] = .nan
                let output = attention.output(table)
                #expect(output.count { $0.isNaN } == queries)
                #expect(output[attention.queryPlace(0, 0) + 8].isNaN)
                #expect(attention.error(of: output, step: queries).isNaN)

                // Beside the head's channels nothing is read.
                attention = clean
                attention.key[attention.keyPlace(last.0, last.1) + 9] = .nan
                attention.value[attention.keyPlace(last.0, last.1) - 1] = .nan
                #expect(attention.output(table).map(\.bitPattern) == clean.output(table).map(\.bitPattern))
            }
        }
    }
}
