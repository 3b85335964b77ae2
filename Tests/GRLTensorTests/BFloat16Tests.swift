import GRLTensor
import Testing

@Suite struct BFloat16Tests {
    @Test func everyValueSurvivesAsFloat() {
        for bits in UInt16.min...UInt16.max {
            let value = BFloat16(bitPattern: bits)
            if value.float.isNaN {
                #expect(BFloat16(value.float).float.isNaN)
            } else {
                #expect(BFloat16(value.float).bitPattern == bits)
            }
        }
    }

    @Test func roundsToNearestEven() {
        let one = Float(1).bitPattern
        // 1 + 1/256 lies half way between 1 and 1 + 1/128: to the even one, which is 1.
        #expect(BFloat16(Float(bitPattern: one | 0x8000)).float == 1)
        #expect(BFloat16(Float(bitPattern: one | 0x8001)).float == 1.0078125)
        #expect(BFloat16(Float(bitPattern: one | 0x1_8000)).float == 1.015625)
        #expect(BFloat16(Float.greatestFiniteMagnitude).float == .infinity)
        #expect(BFloat16(-Float.infinity).float == -.infinity)
        // The payload of this NaN lies in the lower half alone.
        #expect(BFloat16(Float(bitPattern: 0x7F80_0001)).float.isNaN)
    }

    @Test func comparesAsNumbers() {
        #expect(BFloat16(0) == BFloat16(-0.0))
        #expect(BFloat16(.nan) != BFloat16(.nan))
        #expect(BFloat16(-2) < BFloat16(1))
        #expect(!(BFloat16(.nan) < BFloat16(1)))
    }
}
