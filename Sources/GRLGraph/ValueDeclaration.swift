package import GRLTensor

/// A dimension as a model declares it.
package enum Dimension: Sendable, Hashable, CustomStringConvertible {
    case fixed(Int)
    /// A named dimension: the same name means the same size.
    case symbolic(String)
    case unknown

    package var description: String {
        switch self {
        case .fixed(let size): String(size)
        case .symbolic(let name): name
        case .unknown: "?"
        }
    }
}

/// What a model declares of an input or output; each part may be left open.
package struct ValueDeclaration: Sendable, Hashable, CustomStringConvertible {
    package var elementType: ElementType?
    /// The dimensions, or nil when not even the rank is declared.
    package var dimensions: [Dimension]?

    package init(elementType: ElementType? = nil, dimensions: [Dimension]? = nil) {
        self.elementType = elementType
        self.dimensions = dimensions
    }

    /// For example `float32[N, 3, ?, 64]`.
    package var description: String {
        let type = elementType.map(\.description) ?? "?"
        guard let dimensions else { return type + "[…]" }
        return type + "[" + dimensions.map(\.description).joined(separator: ", ") + "]"
    }
}
