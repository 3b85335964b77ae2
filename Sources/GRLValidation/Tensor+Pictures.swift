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
}
