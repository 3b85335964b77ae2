package import GRLGraph
package import GRLTensor

extension ElementType {
    /// The number that stands for the type in ONNX files (`TensorProto.DataType`).
    package var onnxCode: Int {
        switch self {
        case .float32: 1
        case .uint8: 2
        case .int8: 3
        case .uint16: 4
        case .int16: 5
        case .int32: 6
        case .int64: 7
        case .bool: 9
        case .float16: 10
        case .float64: 11
        case .uint32: 12
        case .uint64: 13
        case .bfloat16: 16
        case .uint4: 21
        case .int4: 22
        }
    }

    /// The type that `code` stands for in ONNX files, or nil when tensors cannot hold it.
    package init?(onnxCode code: Int) {
        guard let type = ElementType.allCases.first(where: { $0.onnxCode == code }) else { return nil }
        self = type
    }
}

extension NodeReader {
    /// An int attribute that is the code of an element type; 0 counts as left out.
    ///
    /// - Throws: `ATTR_TYPE` when the attribute is no int, `DTYPE` when tensors cannot hold the type.
    package mutating func elementType(_ name: String) throws -> ElementType? {
        guard let code = try int(name), code != 0 else { return nil }
        guard let type = ElementType(onnxCode: code) else {
            throw OperatorError(.elementType, "attribute \(name) is \(code), an element type that is not supported")
        }
        return type
    }
}
