import GRLGraph
public import GRLTensor

/// What a model says of one of its inputs or outputs.
public struct ModelValue: Sendable, Hashable, CustomStringConvertible {
    /// The name in the model file.
    public let name: String
    /// The element type, or nil when the model leaves it open.
    public let elementType: ElementType?
    /// The dimensions, nil for each that may vary; nil when not even the rank is declared.
    public let dimensions: [Int?]?
    private let declaration: ValueDeclaration

    init(_ value: Value) {
        name = value.name
        declaration = value.declaration
        elementType = declaration.elementType
        dimensions = declaration.dimensions?.map { dimension in
            guard case .fixed(let size) = dimension else { return nil }
            return size
        }
    }

    /// For example `input: float32[N, 3, 64, 64]`.
    public var description: String { "\(name): \(declaration)" }
}
