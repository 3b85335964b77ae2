import GRLTensor
import Testing

@Suite struct CheckedArithmeticTests {
    @Test func resultsThatFit() throws {
        #expect(try Checked.add(Int.max - 1, 1) == Int.max)
        #expect(try Checked.subtract(Int.min + 1, 1) == Int.min)
        #expect(try Checked.multiply(1 << 31, -(1 << 32)) == Int.min)
        #expect(try Checked.integer(-2.75) == -2)
    }

    @Test func resultsThatDoNotFit() {
        #expect(throws: TensorError.self) { try Checked.add(Int.max, 1) }
        #expect(throws: TensorError.self) { try Checked.subtract(Int.min, 1) }
        #expect(throws: TensorError.self) { try Checked.multiply(Int.min, -1) }
        for value in [Double.nan, .infinity, -.infinity, 0x1p63, 1e300] {
            let error = #expect(throws: TensorError.self) { try Checked.integer(value) }
            #expect(error?.code == .sizeOverflow)
        }
    }
}
