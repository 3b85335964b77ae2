import GRLTensor

extension ElementType {
    /// ONNX's number of each element type.
    private static let numbers: [(ElementType, Int32)] = [
        (.float32, 1), (.uint8, 2), (.int8, 3), (.uint16, 4), (.int16, 5), (.int32, 6), (.int64, 7), (.bool, 9),
        (.float16, 10), (.float64, 11), (.uint32, 12), (.uint64, 13), (.bfloat16, 16), (.uint4, 21), (.int4, 22),
    ]

    /// Names of the types that ONNX has and tensors here have not.
    private static let otherNames: [Int32: String] = [
        0: "undefined", 8: "string", 14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz",
        19: "float8e5m2", 20: "float8e5m2fnuz", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
    ]

    /// The type with that number in ONNX, where it is supported.
    package init?(onnx number: Int32) {
        guard let entry = Self.numbers.first(where: { $0.1 == number }) else { return nil }
        self = entry.0
    }

    /// The type's number in ONNX.
    package var onnxNumber: Int32 { Self.numbers.first { $0.0 == self }?.1 ?? 0 }

    /// What is said of a number that is no supported type.
    static func refusal(of number: Int32) -> ImportError {
        let name = otherNames[number] ?? "number \(number)"
        return ImportError(.elementType, "the element type \(name) is not supported")
    }

    /// Bytes that `count` elements take in a file, where two 4-bit elements share one.
    ///
    /// - Throws: `SIZE_OVERFLOW`.
    func storedByteCount(_ count: Int) throws -> Int {
        switch self {
        case .int4, .uint4: count / 2 + count % 2
        default: try Checked.multiply(count, byteCount)
        }
    }
}
