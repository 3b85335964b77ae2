import GRLTensor

extension ElementType {
    /// Names of the types that ONNX has and tensors here have not.
    private static let otherNames: [Int32: String] = [
        0: "undefined", 8: "string", 14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz",
        19: "float8e5m2", 20: "float8e5m2fnuz", 23: "float4e2m1", 24: "float8e8m0", 25: "uint2", 26: "int2",
    ]

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
