import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Gathers and scatters")
struct GatherTests {
    @Test("Gather takes slices along any axis, negative indices from the back")
    func gather() throws {
        let data = try counting(2, 3, 2)
        let first = try runFloats("Gather", [:], [data, integers([1, -2], 1, 2)])
        #expect(first.shape == [1, 2, 3, 2])
        #expect(first.values == [6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5])
        let middle = try runFloats("Gather", ["axis": .int(1)], [data, Tensor(vector: [Int32(2), 2, 0])])
        #expect(middle.values == [4, 5, 4, 5, 0, 1, 10, 11, 10, 11, 6, 7])
        let scalar = try runFloats("Gather", ["axis": .int(-1)], [data, Tensor(scalar: Int64(1))])
        #expect(scalar.shape == [2, 3])
        #expect(scalar.values == [1, 3, 5, 7, 9, 11])
        #expect(try runFloats("Gather", [:], [data, integers([], 0)]).shape == [0, 3, 2])
    }

    @Test("Indices outside the axis are refused", arguments: [2, -3, Int64.min, Int64.max])
    func indexRange(index: Int64) throws {
        let indices = try integers([index], 1)
        expectRefusal("INDEX_RANGE", "Gather", [:], [try counting(2, 3), indices])
        expectRefusal("INDEX_RANGE", "GatherElements", [:], [try counting(2, 3), try integers([index], 1, 1)])
        expectRefusal("INDEX_RANGE", "GatherND", [:], [try counting(2, 3), indices])
        expectRefusal("INDEX_RANGE", "ScatterND", [:], [try counting(2, 3), indices, try counting(3)])
        expectRefusal(
            "INDEX_RANGE", "ScatterElements", [:],
            [try counting(2, 3), try integers([index], 1, 1), try counting(1, 1)])
    }

    @Test("GatherElements looks up single elements")
    func gatherElements() throws {
        let data = try counting(3, 3)
        let rows = try runFloats("GatherElements", [:], [data, integers([1, 2, 0, 2, 0, 0], 2, 3)])
        #expect(rows.values == [3, 7, 2, 6, 1, 2])
        let columns = try runFloats("GatherElements", ["axis": .int(1)], [data, integers([-1, 0, 2, 2], 2, 2)])
        #expect(columns.values == [2, 0, 5, 5])
        expectRefusal("SHAPE", "GatherElements", [:], [data, try integers([0, 0, 0, 0], 1, 4)])
        expectRefusal("SHAPE", "GatherElements", [:], [data, try integers([0], 1)])
    }

    @Test("GatherND takes blocks, within batches")
    func gatherND() throws {
        let data = try counting(2, 2, 2)
        #expect(try runFloats("GatherND", [:], [data, integers([0, 1, 1, 0], 2, 2)]).values == [2, 3, 4, 5])
        #expect(try runFloats("GatherND", [:], [data, integers([1, 1, -1], 1, 3)]).values == [7])
        let batched = try runFloats("GatherND", ["batch_dims": .int(1)], [data, integers([1, 0], 2, 1)])
        #expect(batched.shape == [2, 2])
        #expect(batched.values == [2, 3, 4, 5])
        expectRefusal("SHAPE", "GatherND", [:], [data, try integers([0, 0, 0, 0], 1, 4)])
        expectRefusal("SHAPE", "GatherND", ["batch_dims": .int(1)], [data, try integers([0], 1, 1)])
        expectRefusal("SHAPE", "GatherND", ["batch_dims": .int(-1)], [data, try integers([0], 1, 1)])
        expectRefusal("SHAPE", "GatherND", [:], [data, try Tensor(scalar: Int64(0))])
    }

    @Test("ScatterElements changes single elements and combines repeats in order")
    func scatterElements() throws {
        let data = try counting(1, 5)
        let inputs: [Tensor?] = [data, try integers([1, 3, 1], 1, 3), try floats([10, 20, 30], 1, 3)]
        #expect(try runFloats("ScatterElements", ["axis": .int(1)], inputs).values == [0, 30, 2, 20, 4])
        func reduced(_ reduction: String) throws -> [Float] {
            try runFloats("ScatterElements", ["axis": .int(-1), "reduction": .string(reduction)], inputs).values
        }
        #expect(try reduced("add") == [0, 41, 2, 23, 4])
        #expect(try reduced("mul") == [0, 300, 2, 60, 4])
        #expect(try reduced("max") == [0, 30, 2, 20, 4])
        #expect(try reduced("min") == [0, 1, 2, 3, 4])
        #expect(try runFloats("Scatter", opset: 9, ["axis": .int(1)], inputs).values == [0, 30, 2, 20, 4])
        let attributes: [String: AttributeValue] = ["axis": .int(1), "reduction": .string("max")]
        expectRefusal("ATTR_VALUE", "ScatterElements", opset: 16, attributes, inputs)
        expectRefusal("ATTR_TYPE", "ScatterElements", opset: 13, attributes, inputs)
        expectRefusal("SHAPE", "ScatterElements", ["axis": .int(1)], [data, inputs[1], data])
    }

    @Test("ScatterND changes blocks; the data itself stays as it is")
    func scatterND() throws {
        let data = try counting(3, 2)
        let result = try runFloats("ScatterND", [:], [data, integers([2, 0], 2, 1), floats([7, 8, 9, 6], 2, 2)])
        #expect(result.values == [9, 6, 2, 3, 7, 8])
        #expect(try data.elements() == (0..<6).map { Float($0) })
        let added = try OperatorRunner.run(
            "ScatterND", attributes: ["reduction": .string("add")],
            inputs: [
                Tensor([Int32.max, 1], shape: Shape([2])), integers([0, 0], 2, 1),
                Tensor([Int32(1), 1], shape: Shape([2])),
            ])
        #expect(try added[0].elements() == [Int32.min + 1, 1])
        expectRefusal("SHAPE", "ScatterND", [:], [data, try integers([2, 0], 2, 1), try floats([7, 8], 2)])
        expectRefusal("DTYPE", "ScatterND", [:], [data, try integers([0], 1), try integers([7, 8], 2)])
    }
}
