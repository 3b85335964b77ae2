import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Operators of two or more operands.
@Suite struct BinaryTests {
    @Test func integerDivision() throws {
        let a = try Tensor(vector: [7, -7, 7, Int32.min, 5])
        let b = try Tensor(vector: [2, 2, -2, -1, 0] as [Int32])
        #expect(try Sample.run("Div", a, b) == [3, -3, -3, Int32.min, 0])
        #expect(try Sample.run("Mod", a, b) == [1, 1, -1, 0, 0] as [Int32])
        #expect(try Sample.run("Mod", attributes: ["fmod": .int(1)], a, b) == [1, -1, 1, 0, 0] as [Int32])
    }

    @Test func integersWrapAround() throws {
        let a = try Tensor(vector: [UInt8(250)])
        let b = try Tensor(vector: [UInt8(10)])
        #expect(try Sample.run("Add", a, b) == [UInt8(4)])
        #expect(try Sample.run("Sub", b, a) == [UInt8(16)])
        #expect(try Sample.run("Mul", a, b) == [UInt8(196)])
    }

    @Test func floatModulo() throws {
        let a = try Tensor(vector: [-4.3, 7.2, 5] as [Float])
        let b = try Tensor(vector: [2.1, -3.4, .infinity] as [Float])
        let fmod = try Sample.run("Mod", attributes: ["fmod": .int(1)], a, b, as: Float.self)
        #expect(abs(fmod[0] + 0.1) < 1e-6 && abs(fmod[1] - 0.4) < 1e-6 && fmod[2] == 5)
        let error = #expect(throws: OperatorError.self) { try OperatorRunner.run("Mod", inputs: [a, b]) }
        #expect(error?.code == .attributeValue)
    }

    @Test func comparisons() throws {
        let a = try Tensor(vector: [1, 2, .nan] as [Double])
        let b = try Tensor(vector: [2, 2, .nan] as [Double])
        #expect(try Sample.run("Equal", a, b) == [false, true, false])
        #expect(try Sample.run("Less", a, b) == [true, false, false])
        #expect(try Sample.run("LessOrEqual", a, b) == [true, true, false])
        #expect(try Sample.run("Greater", b, a) == [true, false, false])
        #expect(try Sample.run("GreaterOrEqual", b, a) == [true, true, false])
        let (p, q) = (try Tensor(vector: [true, false, true]), try Tensor(vector: [true, true, false]))
        #expect(try Sample.run("Equal", p, q) == [true, false, false])
        #expect(throws: OperatorError.self) { try OperatorRunner.run("Less", inputs: [p, q]) }
    }

    @Test func logic() throws {
        let p = try Tensor([true, false], shape: Shape([2, 1]))
        let q = try Tensor(vector: [true, false])
        #expect(try Sample.run("And", p, q) == [true, false, false, false])
        #expect(try Sample.run("Or", p, q) == [true, true, true, false])
        #expect(try Sample.run("Xor", p, q) == [false, true, true, false])
    }

    @Test func bits() throws {
        let (a, b) = (try Tensor(vector: [UInt16(0xFF0F)]), try Tensor(vector: [UInt16(4)]))
        #expect(try Sample.run("BitShift", attributes: ["direction": .string("LEFT")], a, b) == [UInt16(0xF0F0)])
        #expect(try Sample.run("BitShift", attributes: ["direction": .string("RIGHT")], a, b) == [UInt16(0x0FF0)])
        let far = try Tensor(vector: [UInt16(99)])
        #expect(try Sample.run("BitShift", attributes: ["direction": .string("LEFT")], a, far) == [UInt16(0)])
        #expect(throws: OperatorError.self) { try OperatorRunner.run("BitShift", inputs: [a, b]) }
        #expect(try Sample.run("BitwiseOr", a, b) == [UInt16(0xFF0F)])
        #expect(try Sample.run("BitwiseAnd", a, b) == [UInt16(4)])
    }

    @Test func powers() throws {
        let base = try Tensor(vector: [2, 3, 0.5] as [Float])
        #expect(try Sample.run("Pow", base, Tensor(vector: [3, 2, -1] as [Int64])) == [8, 9, 2] as [Float])
        #expect(
            try Sample.run("Pow", Tensor(vector: [2, 3] as [Int32]), Tensor(scalar: Float(0.5))) == [1, 1] as [Int32])
        let whole = try Tensor(vector: [3, -2, 10, 2] as [Int64])
        #expect(
            try Sample.run("Pow", whole, Tensor(vector: [39, 63, 0, -1] as [Int64]))
                == [4_052_555_153_018_976_267, Int64.min, 1, 0])
        let x = try Sample.floats([5, 77])
        #expect(try Sample.fastDifference("Pow", x, Tensor(scalar: Float(2))) <= 1e-6)
        #expect(try Sample.fastDifference("Pow", x, Tensor(vector: [3] as [Int64])) <= 1e-6)
    }

    @Test func variadic() throws {
        let b = try Tensor(vector: [3, -5, 0] as [Float])
        let inputs = [try Sample.tensor([1, Float.nan], 2, 1), b, try Tensor(scalar: Float(2))]
        let largest = try Sample.run("Max", inputs[0], inputs[1], inputs[2], as: Float.self)
        #expect(largest[0..<3] == [3, 2, 2] && largest[3...].allSatisfy(\.isNaN))
        #expect(try Sample.run("Min", b, inputs[2], as: Float.self) == [2, -5, 0])
        #expect(try Sample.run("Sum", b, inputs[2], b, as: Float.self) == [8, -8, 2])
        #expect(try Sample.run("Mean", b, inputs[2], b, inputs[2], as: Float.self) == [2.5, -1.5, 1])
        #expect(try Sample.run("Max", b, as: Float.self) == [3, -5, 0])
        #expect(
            try Sample.run("Max", Tensor(vector: [1, 9] as [UInt64]), Tensor(scalar: UInt64(4))) == [4, 9] as [UInt64])
    }

    @Test(arguments: ["Max", "Min", "Sum", "Mean"])
    func variadicFastWay(name: String) throws {
        let inputs = [try Sample.floats([40, 1, 30]), try Sample.floats([20, 1]), try Sample.floats([30])]
        #expect(try Sample.fastDifference(name, inputs[0], inputs[1], inputs[2]) <= 1e-6)
        #expect(try Sample.fastDifference(name, inputs[2]) == 0)
    }

    /// A dying operand may be overwritten only once nothing reads it any more.
    @Test func variadicOverDyingOperands() throws {
        let numbers: [Float] = [1, 2, 3]
        let inputs = try (0..<3).map { _ in try Tensor(vector: numbers) }
        var context = EvaluationContext(inputs: inputs, reusable: [false, false, true])
        #expect(try Sum().accelerate(&context)?[0].elements(of: Float.self) == [3, 6, 9])
    }

    @Test func typesMustAgree() throws {
        let error = #expect(throws: OperatorError.self) {
            try OperatorRunner.run("Add", inputs: [Tensor(scalar: Float(1)), Tensor(scalar: Double(1))])
        }
        #expect(error?.code == .elementType)
    }
}
