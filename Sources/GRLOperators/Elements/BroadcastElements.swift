import GRLTensor

/// The elements of a tensor as seen at the positions of a shape it broadcasts to, in `Double`.
struct BroadcastElements<Element: FloatingElement> {
    private let elements: [Element]
    private let strides: [Int]
    private let shape: Shape

    /// - Throws: `DTYPE` when the tensor holds another type.
    init(_ tensor: Tensor, to shape: Shape) throws {
        elements = try tensor.elements(of: Element.self)
        strides = tensor.shape.broadcastStrides(to: shape)
        self.shape = shape
    }

    /// The element at a row-major position of the shape.
    subscript(position: Int) -> Double {
        var rest = position
        var offset = 0
        for axis in (0..<shape.rank).reversed() {
            let (quotient, index) = rest.quotientAndRemainder(dividingBy: shape[axis])
            offset += index * strides[axis]
            rest = quotient
        }
        return elements[offset].double
    }
}
