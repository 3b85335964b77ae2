package import GRLTensor

/// The element type and the concrete shape of a value.
package struct TensorType: Sendable, Hashable, CustomStringConvertible {
    package let elementType: ElementType
    package let shape: Shape

    package init(_ elementType: ElementType, _ shape: Shape) {
        self.elementType = elementType
        self.shape = shape
    }

    /// - Throws: a ``TensorError`` when `dimensions` make no shape.
    package init(_ elementType: ElementType, _ dimensions: [Int]) throws {
        self.init(elementType, try Shape(dimensions))
    }

    /// Bytes of a tensor of this type.
    package var byteCount: Int { shape.count * elementType.byteCount }

    /// For example `float32[1, 3, 64, 64]`.
    package var description: String { "\(elementType)\(shape)" }
}

extension Tensor {
    /// The tensor's element type and shape.
    package var type: TensorType { TensorType(elementType, shape) }
}
