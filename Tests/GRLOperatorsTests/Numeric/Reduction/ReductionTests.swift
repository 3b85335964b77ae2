import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite struct ReductionTests {
    static let names = [
        "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd",
        "ReduceSum", "ReduceSumSquare",
    ]

    private func axes(_ axes: Int64...) throws -> Tensor { try Tensor(vector: axes) }

    @Test func values() throws {
        let x = try Sample.tensor([1, 2, 3, 4, 5, 6] as [Double], 2, 3)
        func rows(_ name: String) throws -> [Double] { try Sample.run(name, x, axes(1)) }
        #expect(try rows("ReduceSum") == [6, 15])
        #expect(try rows("ReduceMean") == [2, 5])
        #expect(try rows("ReduceMax") == [3, 6])
        #expect(try rows("ReduceMin") == [1, 4])
        #expect(try rows("ReduceProd") == [6, 120])
        #expect(try rows("ReduceL1") == [6, 15])
        #expect(try rows("ReduceSumSquare") == [14, 77])
        #expect(try rows("ReduceL2") == [Double(14).squareRoot(), Double(77).squareRoot()])
        #expect(abs(try rows("ReduceLogSum")[0] - 1.791759469228055) < 1e-15)
        #expect(abs(try rows("ReduceLogSumExp")[0] - 3.40760596444438) < 1e-14)
    }

    @Test func axesAndShapes() throws {
        let x = try Sample.tensor((0..<24).map { Int32($0) }, 2, 3, 4)
        func sums(_ axes: Tensor?, _ attributes: [String: AttributeValue] = [:]) throws -> Tensor {
            try OperatorRunner.run("ReduceSum", attributes: attributes, inputs: [x, axes])[0]
        }
        #expect(try sums(axes(1)).shape.dimensions == [2, 1, 4])
        #expect(try sums(axes(1)).elements(of: Int32.self) == [12, 15, 18, 21, 48, 51, 54, 57])
        #expect(try sums(axes(0, -1), ["keepdims": .int(0)]).shape.dimensions == [3])
        #expect(try sums(axes(0, -1)).elements(of: Int32.self) == [60, 92, 124])
        #expect(try sums(nil).elements(of: Int32.self) == [276])
        #expect(try sums(nil, ["keepdims": .int(0)]).shape.rank == 0)
        #expect(try sums(axes()).shape.dimensions == [1, 1, 1])
        #expect(try sums(axes(), ["noop_with_empty_axes": .int(1)]).elements(of: Int32.self) == (0..<24).map { $0 })
        #expect(throws: TensorError.self) { try sums(axes(3)) }
        #expect(throws: TensorError.self) { try sums(axes(0, -3)) }
    }

    /// Without axes to reduce, what a reduction does besides adding up is still done.
    @Test func noAxesToReduce() throws {
        let x = try Tensor(vector: [-3, 2] as [Float])
        let attributes: [String: AttributeValue] = ["noop_with_empty_axes": .int(1)]
        #expect(try Sample.run("ReduceSumSquare", attributes: attributes, x) == [9, 4] as [Float])
        #expect(try Sample.run("ReduceL1", attributes: attributes, x) == [3, 2] as [Float])
        #expect(try Sample.fastDifference("ReduceSumSquare", attributes: attributes, x) == 0)
    }

    @Test func nothingToReduce() throws {
        let x = try Sample.floats([2, 0, 3])
        let expected: [String: Float] = [
            "ReduceL1": 0, "ReduceL2": 0, "ReduceLogSum": -.infinity, "ReduceLogSumExp": -.infinity,
            "ReduceMax": -.infinity, "ReduceMin": .infinity, "ReduceProd": 1, "ReduceSum": 0, "ReduceSumSquare": 0,
        ]
        for (name, value) in expected {
            #expect(try Sample.run(name, x, axes(1)) == [Float](repeating: value, count: 6))
            #expect(try Sample.fastDifference(name, x, axes(1)) == 0)
            #expect(try Sample.run(name, x, axes(2), as: Float.self) == [])
        }
        #expect(try Sample.run("ReduceMean", x, axes(1), as: Float.self).allSatisfy(\.isNaN))
        #expect(try Sample.run("ReduceMax", Tensor([Int32](), shape: Shape([0])), axes(0)) == [Int32.min])
        #expect(try Sample.run("ReduceMean", Tensor([Int32](), shape: Shape([0])), axes(0)) == [Int32(0)])
    }

    @Test(arguments: names)
    func fastWay(name: String) throws {
        let x = try Sample.floats([3, 5, 7, 64], in: 0.5...1.5)
        for axes in [try axes(-1), try axes(2, 3), try axes(1), try axes(0, 2), try axes(), try axes(3, 0)] {
            #expect(try Sample.fastDifference(name, x, axes) <= 4e-6)
        }
    }

    /// Many rows, or more columns than are reduced together.
    @Test(arguments: names)
    func fastWayOfColumns(name: String) throws {
        let range: ClosedRange<Float> = name == "ReduceProd" ? 0.999...1.001 : 0.5...1.5
        let tall = try Sample.floats([1025, 3], in: range)
        #expect(try Sample.fastDifference(name, tall, axes(0)) <= 4e-6)
        let wide = try Sample.floats([2, 3, 1, 1100], in: range)
        #expect(try Sample.fastDifference(name, wide, axes(1, 2)) <= 4e-6)
    }

    @Test(arguments: ["ReduceMax", "ReduceMin", "ReduceSum", "ReduceMean", "ReduceLogSumExp", "ReduceL2"])
    func infinitiesAndNaN(name: String) throws {
        let x = try Sample.tensor([1, .nan, 2, .infinity, 1, 5, -.infinity, 0, 1, 1, 2, 3] as [Float], 4, 3)
        #expect(try Sample.fastDifference(name, x, axes(1)) <= 1e-6)
        #expect(try Sample.fastDifference(name, x, axes(0)) <= 1e-6)
        #expect(try Sample.run(name, x, axes(1), as: Float.self)[0].isNaN)
    }

    @Test func largeExponents() throws {
        let x = try Tensor(vector: [1000, 1000] as [Float])
        #expect(try Sample.run("ReduceLogSumExp", x) == [Float(1000.6931471805599)])
    }

    @Test func piecesRunInAnyOrder() throws {
        let x = try Sample.floats([3000, 50])
        let expected = try OperatorRunner.run("ReduceMean", inputs: [x, axes(1)], accelerated: true)[0]
        var context = EvaluationContext(inputs: [x, try axes(1)], executor: LastFirstExecutor())
        let result = try #require(try ReduceMean(ReductionOptions()).accelerate(&context))[0]
        #expect(try result.elements(of: Float.self) == expected.elements(of: Float.self))
    }

    @Test func axesWereAnAttribute() throws {
        let x = try Sample.floats([2, 3])
        let attributes: [String: AttributeValue] = ["axes": .ints([1]), "keepdims": .int(0)]
        for name in ReductionTests.names {
            let opset = name == "ReduceSum" ? 12 : 17
            let old = try OperatorRunner.run(name, opset: opset, attributes: attributes, inputs: [x])[0]
            let new = try OperatorRunner.run(name, attributes: ["keepdims": .int(0)], inputs: [x, axes(1)])[0]
            #expect(bytes(old) == bytes(new))
            #expect(throws: OperatorError.self) {
                try OperatorRunner.run(name, opset: opset + 1, attributes: attributes, inputs: [x])
            }
        }
    }

    @Test func unknownAxes() throws {
        let context = InferenceContext(types: [try TensorType(.float32, [2, 3]), try TensorType(.int64, [1])])
        #expect(try ReduceSum(ReductionOptions()).infer(context) == [nil])
    }

    @Test func truthValues() throws {
        let x = try Sample.tensor([true, false, false, false], 2, 2)
        #expect(try Sample.run("ReduceMax", x, axes(1)) == [true, false])
        #expect(try Sample.run("ReduceMin", x, axes(1)) == [false, false])
        #expect(throws: OperatorError.self) { try OperatorRunner.run("ReduceSum", inputs: [x]) }
    }

    private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.withBytes { Array($0) } }
}
