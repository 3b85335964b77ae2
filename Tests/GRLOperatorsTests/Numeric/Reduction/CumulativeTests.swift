import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite struct CumulativeTests {
    @Test func sums() throws {
        let x = try Sample.tensor([1, 2, 3, 4, 5, 6] as [Int64], 2, 3)
        let last = try Tensor(scalar: Int32(-1))
        #expect(try Sample.run("CumSum", x, last) == [1, 3, 6, 4, 9, 15] as [Int64])
        #expect(try Sample.run("CumSum", attributes: ["exclusive": .int(1)], x, last) == [0, 1, 3, 0, 4, 9] as [Int64])
        #expect(try Sample.run("CumSum", attributes: ["reverse": .int(1)], x, last) == [6, 5, 3, 15, 11, 6] as [Int64])
        #expect(try Sample.run("CumSum", x, Tensor(scalar: Int64(0))) == [1, 2, 3, 5, 7, 9] as [Int64])
    }

    @Test func products() throws {
        let both: [String: AttributeValue] = ["exclusive": .int(1), "reverse": .int(1)]
        let x = try Tensor(vector: [1, 2, 3] as [Float])
        #expect(
            try Sample.run("CumProd", opset: 26, attributes: both, x, Tensor(scalar: Int64(0))) == [6, 3, 1] as [Float])
    }

    @Test func wrongAxis() throws {
        #expect(throws: TensorError.self) {
            try OperatorRunner.run("CumSum", inputs: [Sample.floats([2]), Tensor(scalar: Int64(1))])
        }
    }
}
