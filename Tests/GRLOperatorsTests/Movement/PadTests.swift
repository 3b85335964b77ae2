import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Pad")
struct PadTests {
    private func pad(_ mode: String, _ input: Tensor, _ pads: Int...) throws -> (shape: [Int], values: [Float]) {
        try runFloats("Pad", ["mode": .string(mode)], [input, Tensor(vector: pads.map { Int64($0) })])
    }

    @Test("Each mode continues an axis in its way")
    func modes() throws {
        let line = try counting(4)
        #expect(try pad("constant", line, 2, 1).values == [0, 0, 0, 1, 2, 3, 0])
        #expect(try pad("reflect", line, 3, 2).values == [3, 2, 1, 0, 1, 2, 3, 2, 1])
        #expect(try pad("edge", line, 2, 3).values == [0, 0, 0, 1, 2, 3, 3, 3, 3])
        #expect(try pad("wrap", line, 5, 6).values == [3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    }

    @Test("Negative pads take elements away before others are added")
    func negative() throws {
        let line = try counting(5)
        #expect(try pad("constant", line, -1, -2).values == [1, 2])
        #expect(try pad("constant", line, -2, 1).values == [2, 3, 4, 0])
        #expect(try pad("reflect", line, -1, 2).values == [1, 2, 3, 4, 3, 2])
        #expect(try pad("edge", line, 1, -3).values == [0, 0, 1])
        #expect(try pad("constant", line, -5, 0).shape == [0])
    }

    @Test("Planes are reflected like images before they enter a network")
    func planes() throws {
        let result = try pad("reflect", counting(1, 2, 2, 3), 0, 0, 0, 0, 0, 0, 1, 2)
        #expect(result.shape == [1, 2, 3, 5])
        #expect(
            result.values == [
                0, 1, 2, 1, 0, 3, 4, 5, 4, 3, 0, 1, 2, 1, 0, 6, 7, 8, 7, 6, 9, 10, 11, 10, 9, 6, 7, 8, 7, 6,
            ])
    }

    @Test("The constant and the axes are inputs, before opset 11 attributes")
    func inputs() throws {
        let input = try counting(1, 2)
        let axes = try runFloats("Pad", [:], [input, list(1, 0), Tensor(scalar: Float(9)), list(-1)])
        #expect(axes.values == [9, 0, 1])
        let old = try runFloats("Pad", opset: 2, ["pads": .ints([1, 0, 0, 0]), "value": .float(5)], [input])
        #expect(old.values == [5, 5, 0, 1])
        let empty = try runFloats("Pad", [:], [counting(0, 2), list(2, 0, 0, 0), Tensor(scalar: Float(3))])
        #expect(empty.values == [3, 3, 3, 3])
        let bytes = try OperatorRunner.run(
            "Pad", inputs: [Tensor([true], shape: Shape([1])), list(1, 1), Tensor(scalar: true)])
        #expect(try bytes[0].elements() == [true, true, true])
    }

    @Test("Pads that do not fit are refused")
    func refusals() throws {
        let line = try counting(4)
        let reflect: [String: AttributeValue] = ["mode": .string("reflect")]
        expectRefusal("SHAPE", "Pad", reflect, [line, try list(4, 0)])
        expectRefusal("SHAPE", "Pad", ["mode": .string("edge")], [try counting(0), try list(1, 0)])
        expectRefusal("SHAPE", "Pad", [:], [line, try list(-5, 0)])
        expectRefusal("SHAPE", "Pad", [:], [line, try list(-3, -3)])
        expectRefusal("SHAPE", "Pad", [:], [line, try list(Int.min, Int.max)])
        expectRefusal("SIZE_OVERFLOW", "Pad", [:], [line, try list(Int.max, Int.max)])
        expectRefusal("SIZE_OVERFLOW", "Pad", [:], [line, try list(1 << 40, 0)])
        expectRefusal("SHAPE", "Pad", [:], [line, try list(1)])
        expectRefusal("DTYPE", "Pad", [:], [line, try list(1, 1), try Tensor(scalar: Int64(0))])
        expectRefusal("ATTR_VALUE", "Pad", opset: 18, ["mode": .string("wrap")], [line, try list(1, 1)])
    }
}
