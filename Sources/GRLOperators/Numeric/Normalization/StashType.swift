import GRLGraph
package import GRLTensor

/// The element type in which a normalisation states its statistics, by ONNX's number of the type.
package enum StashType: Int, Sendable {
    case float32 = 1
    case float16 = 10
    case float64 = 11
    case bfloat16 = 16

    /// Reads the attribute `stash_type`.
    ///
    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE`.
    init(_ node: inout NodeReader) throws {
        let number = try node.int("stash_type", default: StashType.float32.rawValue)
        guard let type = StashType(rawValue: number) else {
            throw OperatorError(.attributeValue, "stash_type is \(number), expected 1, 10, 11 or 16")
        }
        self = type
    }

    package var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .float64: .float64
        case .bfloat16: .bfloat16
        }
    }
}
