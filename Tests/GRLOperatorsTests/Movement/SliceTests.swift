import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Slice, Concat, Split")
struct SliceTests {
    @Test(
        "Ranges are clamped and may run backwards",
        arguments: [
            (1, 4, 1, [1, 2, 3]), (-3, Int.max, 1, [7, 8, 9]), (Int.min, Int.max, 4, [0, 4, 8]),
            (Int.max, Int.min, -3, [9, 6, 3, 0]), (-1, -4, -1, [9, 8, 7]), (5, 5, 1, []), (8, 2, 1, []), (2, 8, -1, []),
            (0, 10, Int.max, [0]), (9, Int.min, Int.min, [9]), (3, 100, 3, [3, 6, 9]), (-100, -200, -1, [0]),
        ])
    func ranges(start: Int, end: Int, step: Int, expected: [Int]) throws {
        let result = try runFloats("Slice", [:], [counting(10), list(start), list(end), list(0), list(step)])
        #expect(result.values == expected.map { Float($0) })
        let inner = try runFloats("Slice", [:], [counting(10, 2), list(start), list(end), list(-2), list(step)])
        #expect(inner.values == expected.flatMap { [Float(2 * $0), Float(2 * $0 + 1)] })
    }

    @Test("Axes are optional, several axes work together, older versions use attributes")
    func axes() throws {
        let input = try counting(3, 4)
        #expect(try runFloats("Slice", [:], [input, list(1, 0), list(3, 2)]).values == [4, 5, 8, 9])
        let reversed = try runFloats(
            "Slice", [:], [input, list(-1, 3), list(Int.min, 0), list(0, 1), list(-1, -2)])
        #expect(reversed.values == [11, 9, 7, 5, 3, 1])
        let old = try runFloats(
            "Slice", opset: 9, ["starts": .ints([1]), "ends": .ints([3]), "axes": .ints([1])], [input])
        #expect(old.values == [1, 2, 5, 6, 9, 10])
        #expect(
            try runFloats("Slice", [:], [counting(0, 4), list(-1), list(Int.min), list(0), list(-1)]).shape == [0, 4])
    }

    @Test("Impossible slices are refused")
    func refusals() throws {
        let input = try counting(3, 4)
        expectRefusal("VALUE", "Slice", [:], [input, try list(0), try list(1), try list(0), try list(0)])
        expectRefusal("AXIS_RANGE", "Slice", [:], [input, try list(0), try list(1), try list(2)])
        expectRefusal("AXIS_RANGE", "Slice", [:], [input, try list(0, 0), try list(1, 1), try list(1, -1)])
        expectRefusal("SHAPE", "Slice", [:], [input, try list(0, 0), try list(1)])
        expectRefusal("SHAPE", "Slice", [:], [input, try list(0, 0, 0), try list(1, 1, 1)])
        expectRefusal("DTYPE", "Slice", [:], [input, try floats([0], 1), try list(1)])
    }

    @Test("A slice of everything is the input itself")
    func identity() throws {
        let input = try counting(3, 4)
        let output = try OperatorRunner.run("Slice", inputs: [input, list(0), list(Int.max)])[0]
        #expect(input.withBytes { $0.baseAddress } == output.withBytes { $0.baseAddress })
    }

    @Test("Concat puts parts side by side; a roll is two slices and a concat")
    func concat() throws {
        let a = try counting(2, 1, 2)
        let b = try counting(2, 2, 2)
        let middle = try runFloats("Concat", ["axis": .int(-2)], [a, b])
        #expect(middle.shape == [2, 3, 2])
        #expect(middle.values == [0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 6, 7])
        #expect(try runFloats("Concat", opset: 3, [:], [a, b]).shape == [2, 3, 2])
        #expect(try runFloats("Concat", ["axis": .int(0)], [counting(0, 2), counting(1, 2)]).shape == [1, 2])
        let input = try counting(5, 3)
        let low = try OperatorRunner.run("Slice", inputs: [input, list(2), list(Int.max), list(0)])[0]
        let high = try OperatorRunner.run("Slice", inputs: [input, list(0), list(2), list(0)])[0]
        let rolled = try runFloats("Concat", ["axis": .int(0)], [low, high])
        #expect(rolled.values == (0..<15).map { Float(($0 + 6) % 15) })
        expectRefusal("SHAPE", "Concat", ["axis": .int(0)], [a, b])
        expectRefusal("AXIS_RANGE", "Concat", ["axis": .int(3)], [a, b])
        expectRefusal("DTYPE", "Concat", ["axis": .int(0)], [a, try integers([1, 2], 1, 1, 2)])
        expectRefusal("ATTR_TYPE", "Concat", [:], [a])
    }

    @Test("Split cuts into given, equal or nearly equal parts")
    func split() throws {
        let input = try counting(2, 5)
        let given = try OperatorRunner.run(
            "Split", attributes: ["axis": .int(1)], inputs: [input, list(1, 0, 4)], outputCount: 3)
        #expect(given.map(\.shape.dimensions) == [[2, 1], [2, 0], [2, 4]])
        #expect(try given[2].elements() == [Float(1), 2, 3, 4, 6, 7, 8, 9])
        let nearly = try OperatorRunner.run(
            "Split", attributes: ["axis": .int(-1), "num_outputs": .int(3)], inputs: [input], outputCount: 3)
        #expect(nearly.map(\.shape.dimensions) == [[2, 2], [2, 2], [2, 1]])
        #expect(try nearly[2].elements() == [Float(4), 9])
        let old = try OperatorRunner.run(
            "Split", opset: 11, attributes: ["split": .ints([1, 1])], inputs: [input], outputCount: 2)
        #expect(try old[1].elements() == [Float(5), 6, 7, 8, 9])
        let equal = try OperatorRunner.run("Split", opset: 13, inputs: [input], outputCount: 2)
        #expect(equal.map(\.shape.dimensions) == [[1, 5], [1, 5]])
    }

    @Test("Parts that do not add up are refused")
    func badSplit() throws {
        let input = try counting(2, 5)
        let axis: [String: AttributeValue] = ["axis": .int(1)]
        expectRefusal("SHAPE", "Split", axis, [input, try list(2, 2)], outputCount: 2)
        expectRefusal("SHAPE", "Split", axis, [input, try list(6, -1)], outputCount: 2)
        expectRefusal("SIZE_OVERFLOW", "Split", axis, [input, try list(Int.max, Int.max)], outputCount: 2)
        expectRefusal("SHAPE", "Split", axis, [input, try list(5)], outputCount: 2)
        expectRefusal("SHAPE", "Split", opset: 13, axis, [input], outputCount: 2)
        expectRefusal("SHAPE", "Split", axis, [input], outputCount: 4)
        expectRefusal("ATTR_VALUE", "Split", ["num_outputs": .int(3)], [input], outputCount: 2)
    }
}
