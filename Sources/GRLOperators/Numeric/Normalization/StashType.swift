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

    /// Writes `values` to a tensor of this element type.
    func fill(_ tensor: Tensor, with values: [Double]) throws {
        try elementType.visitFloating(Fill(tensor: tensor, values: values))
    }

    private struct Fill: FloatingVisitor {
        let tensor: Tensor
        let values: [Double]

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            try tensor.withMutableElements(of: type) { elements in
                for (index, value) in values.enumerated() { elements[index] = Element(nearest: value) }
            }
        }
    }
}
