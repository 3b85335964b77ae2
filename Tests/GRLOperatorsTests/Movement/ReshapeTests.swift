import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Operators that change the shape alone")
struct ReshapeTests {
    @Test("Reshape fills in placeholders and shares memory")
    func reshape() throws {
        let input = try counting(2, 3, 4)
        #expect(try runFloats("Reshape", [:], [input, list(0, -1)]).shape == [2, 12])
        #expect(try runFloats("Reshape", [:], [input, list(-1)]).shape == [24])
        #expect(try runFloats("Reshape", opset: 1, ["shape": .ints([4, 6])], [input]).shape == [4, 6])
        let empty = try counting(0, 3)
        #expect(try runFloats("Reshape", ["allowzero": .int(1)], [empty, list(3, 0)]).shape == [3, 0])
        #expect(try runFloats("Reshape", [:], [empty, list(0, 7)]).shape == [0, 7])
        let output = try OperatorRunner.run("Reshape", inputs: [input, list(6, 4)])[0]
        #expect(input.withBytes { $0.baseAddress } == output.withBytes { $0.baseAddress })
    }

    @Test(
        "Shapes that do not hold the elements are refused",
        arguments: [
            ([5, -1], "SHAPE"), ([-1, -1], "SHAPE"), ([4, 4], "SHAPE"), ([2, 3, 4, 0], "SHAPE"),
            ([-2, 12], "DIM_NEGATIVE"),
            ([1 << 62, 1 << 62], "SIZE_OVERFLOW"), ([Int.min], "DIM_NEGATIVE"),
            ([65536, 65536, 65536, 65536], "SIZE_OVERFLOW"),
        ])
    func badReshape(shape: [Int], code: String) throws {
        expectRefusal(code, "Reshape", [:], [try counting(2, 3, 4), try Tensor(vector: shape.map { Int64($0) })])
    }

    @Test("An unknown shape leaves the type open")
    func unknownShape() throws {
        let types = try Reshape().infer(
            InferenceContext(types: [TensorType(.float32, [2, 3]), TensorType(.int64, [1])]))
        #expect(types == [nil])
    }

    @Test("Squeeze and Unsqueeze take axes as input or, before opset 13, as attribute")
    func squeeze() throws {
        let input = try counting(1, 3, 1, 2)
        #expect(try runFloats("Squeeze", [:], [input]).shape == [3, 2])
        #expect(try runFloats("Squeeze", [:], [input, list(-2)]).shape == [1, 3, 2])
        #expect(try runFloats("Squeeze", opset: 11, ["axes": .ints([0])], [input]).shape == [3, 1, 2])
        expectRefusal("SHAPE", "Squeeze", [:], [input, try list(1)])
        expectRefusal("AXIS_RANGE", "Squeeze", [:], [input, try list(4)])
        #expect(try runFloats("Unsqueeze", [:], [counting(3, 2), list(-1, 0)]).shape == [1, 3, 2, 1])
        #expect(try runFloats("Unsqueeze", opset: 11, ["axes": .ints([1])], [counting(3, 2)]).shape == [3, 1, 2])
        expectRefusal("AXIS_RANGE", "Unsqueeze", [:], [try counting(3), try list(1, 1)])
        expectRefusal("AXIS_RANGE", "Unsqueeze", [:], [try counting(3), try list(Int.min)])
    }

    @Test("Flatten makes a matrix")
    func flatten() throws {
        let input = try counting(2, 3, 4)
        #expect(try runFloats("Flatten", [:], [input]).shape == [2, 12])
        #expect(try runFloats("Flatten", ["axis": .int(0)], [input]).shape == [1, 24])
        #expect(try runFloats("Flatten", ["axis": .int(3)], [input]).shape == [24, 1])
        #expect(try runFloats("Flatten", ["axis": .int(-1)], [input]).shape == [6, 4])
        expectRefusal("AXIS_RANGE", "Flatten", ["axis": .int(4)], [input])
    }

    @Test("Shape and Size tell dimensions before the run")
    func shape() throws {
        let input = try counting(2, 3, 4)
        func shape(_ attributes: [String: AttributeValue]) throws -> [Int64] {
            try OperatorRunner.run("Shape", attributes: attributes, inputs: [input])[0].elements()
        }
        #expect(try shape([:]) == [2, 3, 4])
        #expect(try shape(["start": .int(-2)]) == [3, 4])
        #expect(try shape(["start": .int(1), "end": .int(-1)]) == [3])
        #expect(try shape(["start": .int(Int.min), "end": .int(Int.max)]) == [2, 3, 4])
        #expect(try shape(["start": .int(2), "end": .int(1)]) == [])
        #expect(try OperatorRunner.run("Size", inputs: [input])[0].elements() == [Int64(24)])
        let known = try ShapeOf(start: 1).valuesFromTypes(InferenceContext(types: [input.type]))
        #expect(try known?[0].elements() == [Int64(3), 4])
    }
}
