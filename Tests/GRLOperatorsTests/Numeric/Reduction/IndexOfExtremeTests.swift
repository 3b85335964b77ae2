import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite struct IndexOfExtremeTests {
    @Test func firstAndLast() throws {
        let x = try Sample.tensor([2, 5, 5, 1, 1, 3] as [Float], 2, 3)
        let last: [String: AttributeValue] = ["axis": .int(-1), "select_last_index": .int(1)]
        #expect(try Sample.run("ArgMax", attributes: ["axis": .int(1)], x) == [1, 2] as [Int64])
        #expect(try Sample.run("ArgMax", attributes: last, x) == [2, 2] as [Int64])
        #expect(try Sample.run("ArgMin", attributes: ["axis": .int(1)], x) == [0, 0] as [Int64])
        #expect(try Sample.run("ArgMin", attributes: last, x) == [0, 1] as [Int64])
        #expect(try Sample.run("ArgMax", x) == [0, 0, 0] as [Int64])
    }

    @Test func shapes() throws {
        let x = try Sample.floats([2, 3, 4])
        let kept = try OperatorRunner.run("ArgMin", attributes: ["axis": .int(1)], inputs: [x])[0]
        #expect(kept.shape.dimensions == [2, 1, 4])
        let dropped = try OperatorRunner.run(
            "ArgMin", attributes: ["axis": .int(1), "keepdims": .int(0)], inputs: [x])[0]
        #expect(dropped.shape.dimensions == [2, 4])
    }

    @Test func notANumber() throws {
        let x = try Tensor(vector: [1, .nan, 7, .nan] as [Float])
        #expect(try Sample.run("ArgMax", x) == [Int64(1)])
        #expect(try Sample.run("ArgMin", attributes: ["select_last_index": .int(1)], x) == [Int64(3)])
    }

    @Test func nothingAlongTheAxis() throws {
        let error = #expect(throws: OperatorError.self) {
            try OperatorRunner.run("ArgMax", inputs: [Sample.floats([0, 3])])
        }
        #expect(error?.code == .shape)
        #expect(
            try OperatorRunner.run("ArgMax", attributes: ["axis": .int(1)], inputs: [Sample.floats([0, 3])])[0].count
                == 0)
    }
}
