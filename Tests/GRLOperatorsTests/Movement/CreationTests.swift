import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

@Suite("Operators that create elements")
struct CreationTests {
    @Test("Range counts in each type")
    func range() throws {
        func integers(_ start: Int64, _ limit: Int64, _ delta: Int64) throws -> [Int64] {
            try OperatorRunner.run(
                "Range", inputs: [Tensor(scalar: start), Tensor(scalar: limit), Tensor(scalar: delta)])[0].elements()
        }
        #expect(try integers(3, 10, 3) == [3, 6, 9])
        #expect(try integers(10, 4, -2) == [10, 8, 6])
        #expect(try integers(4, 4, 1) == [])
        #expect(try integers(Int64.max - 1, Int64.max, Int64.max) == [Int64.max - 1])
        let real = try runFloats(
            "Range", [:], [Tensor(scalar: Float(0)), Tensor(scalar: Float(1)), Tensor(scalar: Float(0.25))])
        #expect(real.values == [0, 0.25, 0.5, 0.75])
        let short = try OperatorRunner.run(
            "Range", inputs: [Tensor(scalar: Int16.min), Tensor(scalar: Int16.max), Tensor(scalar: Int16(21_845))])
        #expect(try short[0].elements() == [Int16.min, -10_923, 10_922])
    }

    @Test("Ranges without end are refused")
    func badRange() throws {
        func refuse<Element: TensorElement>(_ code: String, _ start: Element, _ limit: Element, _ delta: Element) throws
        {
            expectRefusal(
                code, "Range", [:], [try Tensor(scalar: start), try Tensor(scalar: limit), try Tensor(scalar: delta)])
        }
        try refuse("VALUE", Int64(0), 1, 0)
        try refuse("SIZE_OVERFLOW", Int64.min, Int64.max, 1)
        try refuse("SIZE_OVERFLOW", Int64(0), 1 << 40, 1)
        try refuse("VALUE", Float(0), 1, 0)
        try refuse("VALUE", Float(0), .infinity, 1)
        try refuse("VALUE", Float(0), .nan, 1)
        try refuse("SIZE_OVERFLOW", Double(0), 1e300, 1)
    }

    @Test("Constants come from tensors and numbers")
    func constant() throws {
        func constant(_ name: String, _ value: AttributeValue) throws -> Tensor {
            try OperatorRunner.run("Constant", attributes: [name: value], inputs: [])[0]
        }
        #expect(try constant("value", .tensor(list(1, 2))).elements() == [Int64(1), 2])
        #expect(try constant("value_int", .int(7)).shape == .scalar)
        #expect(try constant("value_ints", .ints([7, 8])).elements() == [Int64(7), 8])
        #expect(try constant("value_float", .float(0.5)).elements() == [Float(0.5)])
        #expect(try constant("value_floats", .floats([])).shape.dimensions == [0])
        expectRefusal("DTYPE", "Constant", ["value_string": .string("x")], [])
        let filled = try runFloats("ConstantOfShape", ["value": .tensor(Tensor(vector: [Float(3)]))], [list(2, 2)])
        #expect(filled.values == [3, 3, 3, 3])
        #expect(try runFloats("ConstantOfShape", [:], [list()]).shape == [])
        #expect(try runFloats("ConstantOfShape", [:], [list(3, 0)]).shape == [3, 0])
        expectRefusal("DIM_NEGATIVE", "ConstantOfShape", [:], [try list(-1)])
        expectRefusal("SIZE_OVERFLOW", "ConstantOfShape", [:], [try list(1 << 30, 1 << 30, 1 << 30)])
    }

    @Test("EyeLike and Trilu work along diagonals")
    func diagonals() throws {
        let input = try counting(2, 3)
        #expect(try runFloats("EyeLike", ["k": .int(1)], [input]).values == [0, 1, 0, 0, 0, 1])
        #expect(try runFloats("EyeLike", ["k": .int(Int.min)], [input]).values == [0, 0, 0, 0, 0, 0])
        let typed = try OperatorRunner.run("EyeLike", attributes: ["dtype": .int(9)], inputs: [input])
        #expect(try typed[0].elements() == [true, false, false, false, true, false])
        let numbers = try floats([1, 2, 3, 4, 5, 6], 1, 2, 3)
        #expect(try runFloats("Trilu", [:], [numbers]).values == [1, 2, 3, 0, 5, 6])
        #expect(try runFloats("Trilu", ["upper": .int(0)], [numbers]).values == [1, 0, 0, 4, 5, 0])
        let shifted = try runFloats("Trilu", ["upper": .int(0)], [numbers, Tensor(scalar: Int64(1))])
        #expect(shifted.values == [1, 2, 0, 4, 5, 6])
        let none = try runFloats("Trilu", [:], [numbers, Tensor(scalar: Int64.max)])
        #expect(none.values == [0, 0, 0, 0, 0, 0])
    }

    @Test("OneHot sets one place of a new axis")
    func oneHot() throws {
        let values = try floats([2, 5], 2)
        let last = try runFloats("OneHot", [:], [list(1, -1, 7), Tensor(scalar: Int64(3)), values])
        #expect(last.values == [2, 5, 2, 2, 2, 5, 2, 2, 2])
        let first = try runFloats("OneHot", ["axis": .int(0)], [list(1, 0), list(2), values])
        #expect(first.values == [2, 5, 5, 2])
        expectRefusal("VALUE", "OneHot", [:], [try list(1), try list(-1), values])
        expectRefusal("SIZE_OVERFLOW", "OneHot", [:], [try list(1), try Tensor(scalar: Double.infinity), values])
    }
}
