import GRLGraph
import GRLTensor

extension Tensor {
    /// The tensor as an input of that type; itself where it has the type, or where neither is a floating-point type.
    ///
    /// - Throws: memory errors.
    func converted(to elementType: ElementType?) throws -> Tensor {
        switch elementType {
        case .float32 where self.elementType.isFloatingPoint: try asFloat32()
        case .float16 where self.elementType == .float32: try converted { (value: Float) in Float16(value) }
        case .float64 where self.elementType == .float32: try converted { (value: Float) in Double(value) }
        default: self
        }
    }

    /// A batch of this tensor's pictures and then another's, which differ in nothing but their elements.
    ///
    /// - Throws: memory errors.
    func stacked(on other: Tensor) throws -> Tensor {
        guard shape.rank > 0, type == other.type else {
            throw TensorError(.shape, "\(self) and \(other) make no batch")
        }
        let result = try Tensor(
            uninitialized: elementType, shape: Shape([shape[0] * 2] + shape.dimensions.dropFirst()))
        result.withMutableBytes { target in
            withBytes { target.copyBytes(from: $0) }
            other.withBytes { UnsafeMutableRawBufferPointer(rebasing: target[byteCount...]).copyBytes(from: $0) }
        }
        return result
    }

    /// A picture `[N, 3, H, W]` with its channels in reverse order; nil for other shapes and types than `float32`.
    ///
    /// - Throws: memory errors.
    func withChannelsReversed() throws -> Tensor? {
        guard shape.rank == 4, shape[1] == 3, elementType == .float32 else { return nil }
        let result = try Tensor(uninitialized: elementType, shape: shape)
        let plane = shape[2] * shape[3]
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for index in source.indices {
                    let (picture, place) = index.quotientAndRemainder(dividingBy: max(3 * plane, 1))
                    let (channel, pixel) = place.quotientAndRemainder(dividingBy: max(plane, 1))
                    target[(picture * 3 + 2 - channel) * plane + pixel] = source[index]
                }
            }
        }
        return result
    }
}
