import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite struct ClipTests {
    @Test func bounds() throws {
        let x = try Tensor(vector: [-2, 0.5, 2, .nan] as [Float])
        let (low, high) = (try Tensor(scalar: Float(-1)), try Tensor(scalar: Float(1)))
        let both = try Sample.run("Clip", x, low, high, as: Float.self)
        #expect(both[0..<3] == [-1, 0.5, 1] && both[3].isNaN)
        #expect(try Sample.run("Clip", x, nil, high, as: Float.self)[0] == -2)
        #expect(try Sample.run("Clip", x, low, as: Float.self)[2] == 2)
        #expect(try Sample.run("Clip", x, high, low, as: Float.self)[0..<3] == [-1, -1, -1])
        #expect(
            try Sample.run("Clip", Tensor(vector: [-5, 5] as [Int8]), Tensor(scalar: Int8(0))) == [0, 5] as [Int8])
    }

    @Test func fastWay() throws {
        let x = try Sample.floats([7, 99])
        #expect(try Sample.fastDifference("Clip", x, Tensor(scalar: Float(-1)), Tensor(scalar: Float(2))) == 0)
        #expect(try Sample.fastDifference("Clip", x, nil, Tensor(scalar: Float(2))) == 0)
        #expect(try Sample.fastDifference("Clip", x) == 0)
    }

    @Test func boundsWereAttributes() throws {
        let attributes: [String: AttributeValue] = ["min": .float(0), "max": .float(6)]
        let x = [-1, 3, 9] as [Float16]
        #expect(try Sample.run("Clip", opset: 6, attributes: attributes, Tensor(vector: x)) == [0, 3, 6] as [Float16])
        #expect(
            try Sample.run("Clip", opset: 10, attributes: ["min": .float(0)], Tensor(vector: x)) == [0, 3, 9]
                as [Float16])
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Clip", opset: 11, attributes: attributes, inputs: [Tensor(vector: x)])
        }
    }

    @Test func wrongBounds() throws {
        let x = try Sample.floats([2])
        let error = #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Clip", inputs: [x, Sample.floats([2])])
        }
        #expect(error?.code == .shape)
        #expect(throws: OperatorError.self) { try OperatorRunner.run("Clip", inputs: [x, Tensor(scalar: Int8(1))]) }
    }
}
