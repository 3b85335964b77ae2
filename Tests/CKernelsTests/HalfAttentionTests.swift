import CKernels
import Testing

@Suite("Attention with float16 products")
struct HalfAttentionTests {
    private func attention(size: Int = 6, _ window: Int = 5) -> AttentionCase {
        var attention = AttentionCase()
        attention.size = size
        (attention.queryWindow, attention.keyWindow) = AttentionTests.windows[window]
        return attention
    }

    @Test("Windows of all shapes, plain and divided by a shift", arguments: HalfTests.available)
    func shapes(isa: InstructionSet) {
        isa.withTable { table in
            for window in AttentionTests.windows.indices {
                for shifted in [false, true] {
                    var attention = attention(window)
                    if shifted { attention.shiftByHalf() }
                    attention.fill(seed: UInt64(window + 1))
                    let scores = attention.probabilities(0, 0).count * attention.query.count
                    let error = attention.error(of: attention.output(table), step: 1 + scores / 10_000)
                    #expect(error < 2e-2, "\(AttentionTests.windows[window]), shifted: \(shifted)")
                }
            }
        }
    }

    @Test("Every head size", arguments: HalfTests.available)
    func sizes(isa: InstructionSet) {
        isa.withTable { table in
            for size in Array(1...64) + [160] {
                var attention = attention(size: size, size % 2 == 0 ? 4 : 6)
                attention.fill(seed: UInt64(size))
                if size % 3 == 0 { attention.shiftByHalf() }
                #expect(attention.error(of: attention.output(table), step: 7) < 2e-2, "head size \(size)")
            }
        }
    }

    @Test("Operands of any magnitude, and scales up to 100", arguments: HalfTests.available)
    func magnitudes(isa: InstructionSet) {
        isa.withTable { table in
            for (scale, tokens, values) in [(Float(100), Float(1e15), Float(1e30)), (10, 1e-12, 1e-30), (1, 1, 7e4)] {
                var attention = attention(size: 16)
                attention.scale = scale
                attention.shiftByHalf()
                attention.fill(seed: 5, in: -tokens...tokens)
                attention.value = attention.value.map { $0 * values }
                let error = attention.error(of: attention.output(table), step: 3) / Double(values)
                #expect(error < 0.01 + 0.001 * Double(scale), "scale \(scale)")
            }
        }
    }

    @Test("Dot products without normalisation", arguments: HalfTests.available)
    func dotProducts(isa: InstructionSet) {
        isa.withTable { table in
            for biasRange: Float in [0, 4] {
                var attention = attention(size: 32)
                attention.cosine = false
                attention.scale = 0.177
                attention.biasRange = biasRange
                attention.fill(seed: 6)
                #expect(attention.error(of: attention.output(table), step: 5) < 2e-2)
            }
        }
    }

    @Test("Rows cut in any way have the same bits", arguments: HalfTests.available)
    func cuts(isa: InstructionSet) {
        isa.withTable { table in
            for window in [5, 7, 9, 11] {
                for shifted in [false, true] {
                    var attention = attention(size: 9, window)
                    if shifted { attention.shiftByHalf() }
                    attention.fill(seed: 9)
                    let whole = attention.output(table).map(\.bitPattern)
                    for rows in [1, 3, 5] {
                        let same = attention.output(table, rows: rows).map(\.bitPattern) == whole
                        #expect(same, "\(rows) rows of \(AttentionTests.windows[window])")
                    }
                }
            }
        }
    }

    @Test("NaN reaches the outputs that depend on it, masked or not, and no others", arguments: HalfTests.available)
    func notANumber(isa: InstructionSet) {
        isa.withTable { table in
            for shifted in [false, true] {
                var clean = attention(size: 9)
                if shifted { clean.shiftByHalf() }
                clean.fill(seed: 10)
                let place = clean.queryPlace(2, 3)

                var attention = clean
                attention.query[place + 4] = .nan
                var output = attention.output(table)
                #expect(output[place..<place + 9].allSatisfy { $0.isNaN })
                #expect(output.count { $0.isNaN } == 9)

                attention = clean
                attention.key[attention.keyPlace(8, 12)] = .nan
                output = attention.output(table)
                #expect(output.count { $0.isNaN } == 9 * 13 * 9)

                attention = clean
                attention.value[attention.keyPlace(8, 12) + 1] = .nan
                output = attention.output(table)
                #expect(output.count { $0.isNaN } == 9 * 13 && output[place + 1].isNaN)
            }
        }
    }
}
