import GRLInspection
import GRLTensor
import Testing

@Suite struct ConstantStatisticsTests {
    @Test func numbersOfATensor() throws {
        let statistics = ConstantStatistics(try Tensor(vector: [Float(-2), 0, 0, 5, .nan]))
        #expect(statistics.minimum == -2 && statistics.maximum == 5 && statistics.mean == 0.75)
        #expect(statistics.nanCount == 1 && statistics.zeroCount == 2 && statistics.infiniteCount == 0)
        #expect(statistics.count == 5 && statistics.sparsity == 0.4)
    }

    @Test func infinitiesAreCountedAndNotAveraged() throws {
        let statistics = ConstantStatistics(try Tensor(vector: [Float(1), -.infinity, 3]))
        #expect(statistics.minimum == -.infinity && statistics.maximum == 3 && statistics.mean == 2)
        #expect(statistics.infiniteCount == 1)
    }

    @Test func nothingToTell() throws {
        let empty = ConstantStatistics(try Tensor(vector: [Float]()))
        #expect(empty.minimum == nil && empty.mean == nil && empty.sparsity == 0)
        let nan = ConstantStatistics(try Tensor(vector: [Double.nan]))
        #expect(nan.maximum == nil && nan.mean == nil && nan.nanCount == 1)
    }

    @Test func otherElementTypes() throws {
        #expect(ConstantStatistics(try Tensor(vector: [Int64(7), -3])).minimum == -3)
        #expect(ConstantStatistics(try Tensor(vector: [true, false, true, true])).sparsity == 0.25)
        #expect(ConstantStatistics(try Tensor(vector: [BFloat16(1.5)])).maximum == 1.5)
        #expect(ConstantStatistics(try Tensor(vector: [Int4(truncating: 0x0F)])).minimum == -1)
    }
}
