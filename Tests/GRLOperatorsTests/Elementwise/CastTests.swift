import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Conversions between element types.
@Suite struct CastTests {
    private func cast<Source: TensorElement, Target: TensorElement>(_ source: [Source]) throws -> [Target] {
        try Sample.run(
            "Cast", attributes: ["to": .int(Target.elementType.onnxCode)], Tensor(vector: source), as: Target.self)
    }

    @Test func realToInteger() throws {
        #expect(try cast([1.9, -1.9, 300, -300, .nan, .infinity] as [Float]) == [1, -1, 127, -128, 0, 127] as [Int8])
        #expect(try cast([1e30, -1] as [Double]) == [UInt64.max, 0])
        #expect(try cast([Float16(2.5)]) == [Int64(2)])
        #expect(try cast([-0x1p63, 0x1p63, 0x1p63.nextDown] as [Double]) == [Int64.min, Int64.max, Int64.max - 1023])
        #expect(try cast([-128.9, -129, 127.9, 128] as [Double]) == [-128, -128, 127, 127] as [Int8])
        #expect(try cast([-0.9, -1, 0x1p64, 255.9] as [Double]) == [0, 0, 255, 255] as [UInt8])
    }

    @Test func integerToInteger() throws {
        #expect(try cast([200, -200] as [Int16]) == [-56, 56] as [Int8])
        #expect(try cast([-1] as [Int32]) == [UInt64.max])
        #expect(try cast([UInt64.max]) == [Int32(-1)])
    }

    @Test func roundingHappensOnce() throws {
        #expect(
            try cast([(1 << 60) + (1 << 36) + 1] as [Int64]) == [
                Float(sign: .plus, exponent: 60, significand: 1).nextUp
            ])
        #expect(try cast([1 + 0x1p-11 + 0x1p-40] as [Double]) == [Float16(1 + 0x1p-10)])
        #expect(try cast([70_000] as [Float]) == [Float16.infinity])
        #expect(try cast([Int64(7)]) == [BFloat16(7)])
    }

    @Test func truthValues() throws {
        #expect(try cast([0, -0.0, 0.25, .nan] as [Float]) == [false, false, true, true])
        #expect(try cast([true, false]) == [1, 0] as [Float])
        #expect(try cast([true, false]) == [1, 0] as [Int64])
        #expect(try cast([0, 256] as [Int32]) == [false, true])
    }

    @Test func fourBits() throws {
        let signed: [Int4] = try cast([-9.4, -3.7, 2.2, 7] as [Float])
        #expect(signed.map(\.value) == [7, -3, 2, 7])
        let unsigned: [UInt4] = try cast([-1.4, 3.7, 17, .nan] as [Float])
        #expect(unsigned.map(\.value) == [15, 3, 1, 0])
        let wrapped: [Int4] = try cast([9, -9] as [Int32])
        #expect(wrapped.map(\.value) == [-7, 7])
        #expect(try cast(signed) == [7, -3, 2, 7] as [Double])
    }

    @Test(arguments: ElementType.allCases, ElementType.allCases)
    func everyPair(source: ElementType, target: ElementType) throws {
        let ones = try OperatorRunner.run(
            "Cast", attributes: ["to": .int(source.onnxCode)], inputs: [Tensor(vector: [1, 0, 1] as [Int64])])
        let result = try OperatorRunner.run("Cast", attributes: ["to": .int(target.onnxCode)], inputs: ones)[0]
        #expect(result.elementType == target)
        #expect(
            try Sample.run("Cast", attributes: ["to": .int(ElementType.int64.onnxCode)], result) == [1, 0, 1] as [Int64]
        )
    }

    @Test func likeAnotherTensor() throws {
        let like = try Tensor(scalar: UInt8(0))
        #expect(try Sample.run("CastLike", Tensor(vector: [2.7] as [Float]), like) == [UInt8(2)])
    }

    @Test func typesThatTensorsCannotHold() throws {
        for code in [8, 14, 17, 99, -1] {
            let error = #expect(throws: OperatorError.self) {
                try OperatorRunner.run("Cast", attributes: ["to": .int(code)], inputs: [Tensor(scalar: Float(1))])
            }
            #expect(error?.code == .elementType)
        }
        #expect(throws: OperatorError.self) { try OperatorRunner.run("Cast", inputs: [Tensor(scalar: Float(1))]) }
    }
}
