import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Broadcasting, in pieces and over dying operands.
@Suite struct BroadcastTests {
    /// Pairs of shapes as networks have them, and odd ones.
    static let shapes: [([Int], [Int])] = [
        ([6, 3, 16, 16], [1, 3, 16, 16]), ([2, 6, 3, 16, 16], [1, 6, 1, 16, 16]), ([6, 3, 16, 16], [3, 1, 1]),
        ([50, 7, 18], [50, 7, 1]), ([9, 33], [33]), ([5, 1], [1, 4]), ([1, 5, 1, 4], [3, 1, 2, 1]), ([], [2, 3]),
        ([2, 3], []), ([], []), ([4, 1, 0], [1, 5, 1]), ([1, 1, 1], [1]), ([300, 400], [300, 400]),
        ([3, 200, 500], [3, 1, 500]), ([70_000], [1]), ([2, 1, 3, 1, 2, 1, 3, 1], [1, 2, 1, 3, 1, 2, 1, 3]),
    ]

    @Test(arguments: shapes)
    func allInnerLoops(first: [Int], second: [Int]) throws {
        let (a, b) = (try Sample.floats(first), try Sample.floats(second, seed: 2))
        #expect(try Sample.fastDifference("Sub", a, b) == 0)
        #expect(try Sample.fastDifference("Sub", b, a) == 0)
        let integers = try [a, b].map {
            try OperatorRunner.run("Cast", attributes: ["to": .int(ElementType.int64.onnxCode)], inputs: [$0])[0]
        }
        for name in ["Less", "Mul", "BitwiseXor"] {
            let plain = try OperatorRunner.run(name, inputs: integers)[0]
            let fast = try OperatorRunner.run(name, inputs: integers, accelerated: true)[0]
            #expect(bytes(plain) == bytes(fast))
        }
    }

    @Test(arguments: shapes)
    func selection(first: [Int], second: [Int]) throws {
        let (a, b) = (try Sample.floats(first), try Sample.floats(second, seed: 2))
        let condition = try OperatorRunner.run("Greater", inputs: [b, Tensor(scalar: Float(0))])[0]
        #expect(try Sample.fastDifference("Where", condition, a, b) == 0)
        #expect(try Sample.fastDifference("Where", condition, Tensor(scalar: Float(9)), a) == 0)
    }

    @Test func piecesRunInAnyOrderOverADyingOperand() throws {
        let (a, b) = (try Sample.floats([3, 200, 500]), try Sample.floats([200, 1], seed: 2))
        let expected = try OperatorRunner.run("Div", inputs: [a, b])[0].elements(of: Float.self)
        for dying in [[true, false], [false, false]] {
            let operands = [try Tensor(a.elements(of: Float.self), shape: a.shape), b]
            var context = EvaluationContext(inputs: operands, reusable: dying, executor: LastFirstExecutor())
            let result = try #require(try Div().accelerate(&context))[0]
            #expect(try result.elements(of: Float.self) == expected)
            #expect((address(result) == address(operands[0])) == dying[0])
        }
    }

    /// A broadcast operand of the output's byte count must not be overwritten while it is read.
    @Test func dyingOperandsOfOtherCountsStay() throws {
        let a = try Tensor(vector: [5] as [Int64])
        let b = try Tensor(vector: (0..<8).map { Int64($0) })
        var context = EvaluationContext(inputs: [a, b], reusable: [true, true])
        let result = try #require(try Greater().accelerate(&context))[0]
        #expect(try result.elements(of: Bool.self) == [true, true, true, true, true, false, false, false])
        #expect(address(result) != address(a))
    }

    @Test func shapesThatDoNotBroadcast() throws {
        let error = #expect(throws: TensorError.self) {
            try OperatorRunner.run("Add", inputs: [Sample.floats([2, 3]), Sample.floats([2, 4])])
        }
        #expect(error?.code == .shape)
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("PRelu", inputs: [Sample.floats([3]), Sample.floats([2, 3])])
        }
    }

    private func address(_ tensor: Tensor) -> Int { tensor.withBytes { Int(bitPattern: $0.baseAddress) } }

    private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withBytes { Array($0) } }
}
