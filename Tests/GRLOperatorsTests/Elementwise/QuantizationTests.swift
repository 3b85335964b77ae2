import GRLGraph
import GRLTensor
import TestSupport
import Testing

@Suite struct QuantizationTests {
    @Test func roundsToEvenAndClamps() throws {
        let x = try Tensor(vector: [1, 3, -5, 1000, -1000, .nan] as [Float])
        let scale = try Tensor(scalar: Float(2))
        #expect(try Sample.run("QuantizeLinear", x, scale) == [0, 2, 0, 255, 0, 0] as [UInt8])
        #expect(
            try Sample.run("QuantizeLinear", x, scale, Tensor(scalar: Int8(1))) == [1, 3, -1, 127, -128, 0] as [Int8])
        let four = try OperatorRunner.run(
            "QuantizeLinear", attributes: ["output_dtype": .int(ElementType.int4.onnxCode)], inputs: [x, scale])[0]
        #expect(try four.elements(of: Int4.self).map(\.value) == [0, 2, -2, 7, -8, 0])
    }

    @Test func scalesAlongAnAxisAndInBlocks() throws {
        let x = try Sample.tensor([1, 2, 3, 4, 5, 6] as [Int8], 2, 3)
        let rows = try Tensor(vector: [1, 10] as [Float])
        #expect(
            try Sample.run("DequantizeLinear", attributes: ["axis": .int(0)], x, rows) == [1, 2, 3, 40, 50, 60]
                as [Float])
        let columns = try Tensor(vector: [1, 10, 100] as [Float])
        let zeroPoints = try Tensor(vector: [0, 0, 1] as [Int8])
        #expect(
            try Sample.run("DequantizeLinear", x, columns, zeroPoints) == [1, 20, 200, 4, 50, 500] as [Float])
        let blocks = try Sample.tensor([1, 2, 10, 20] as [Float], 2, 2)
        #expect(
            try Sample.run("DequantizeLinear", attributes: ["block_size": .int(2)], x, blocks)
                == [1, 2, 6, 40, 50, 120] as [Float])
    }

    @Test func rangeOfTheNumbers() throws {
        let outputs = try OperatorRunner.run(
            "DynamicQuantizeLinear", inputs: [Tensor(vector: [0, 2, -3, -2.5, 1.34, 0.5] as [Float])], outputCount: 3)
        #expect(try outputs[0].elements(of: UInt8.self) == [153, 255, 0, 26, 221, 179])
        #expect(abs(try outputs[1].elements(of: Float.self)[0] - 0.019607844) < 1e-8)
        #expect(try outputs[2].elements(of: UInt8.self) == [153])
        let zeros = try OperatorRunner.run(
            "DynamicQuantizeLinear", inputs: [Tensor(vector: [0, 0] as [Float])], outputCount: 3)
        #expect(try zeros[0].elements(of: UInt8.self) == [0, 0])
    }

    @Test func scalesThatDoNotFit() throws {
        let x = try Sample.floats([2, 3])
        let error = #expect(throws: OperatorError.self) {
            try OperatorRunner.run("QuantizeLinear", inputs: [x, Tensor(vector: [1, 2] as [Float])])
        }
        #expect(error?.code == .shape)
        #expect(throws: TensorError.self) {
            try OperatorRunner.run(
                "QuantizeLinear", attributes: ["axis": .int(2)], inputs: [x, Tensor(vector: [1, 2, 3] as [Float])])
        }
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("DequantizeLinear", inputs: [x, Tensor(scalar: Float(1))])
        }
    }

    @Test func sameBits() throws {
        let to = ["to": AttributeValue.int(ElementType.int32.onnxCode)]
        #expect(
            try Sample.run("BitCast", opset: 26, attributes: to, Tensor(vector: [1, -0.0] as [Float])) == [
                0x3F80_0000, Int32.min,
            ])
        #expect(throws: OperatorError.self) {
            try OperatorRunner.run("BitCast", opset: 26, attributes: to, inputs: [Tensor(vector: [1.0])])
        }
    }
}
