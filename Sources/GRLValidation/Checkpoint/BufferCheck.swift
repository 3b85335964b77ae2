import GRLCheckpoint
import GRLTensor

/// Checks the buffers of a state dictionary that follow from sizes: tables of coordinates, of indices, masks.
enum BufferCheck {
    /// What is wrong with a buffer, in words; nil where it is what its name says.
    ///
    /// - Throws: `TensorError`.
    static func fault(of buffer: StateDictionary.Entry) throws -> String? {
        let field = buffer.name.split(separator: ".").last.map(String.init) ?? buffer.name
        let tensor = buffer.tensor
        if field.hasPrefix("index_") || field.hasPrefix("relative_position_index") {
            guard tensor.elementType.isInteger else { return "holds \(tensor.elementType) instead of indices" }
            let values = try tensor.integers()
            let isDense = Set(values) == Set(0...(values.max() ?? 0))
            return isDense && values.allSatisfy { $0 >= 0 } ? nil : "holds indices that no window has"
        }
        guard tensor.elementType.isFloatingPoint else { return "holds \(tensor.elementType) instead of numbers" }
        let values = try tensor.floats()
        if field.hasPrefix("mask_") || field.hasPrefix("attn_mask") {
            return values.allSatisfy { $0 == 0 } || GeneratedConstant.isMask(values)
                ? nil : "holds other numbers than those of a mask"
        }
        return GeneratedConstant.isCoordinates(values, tensor.shape.dimensions)
            ? nil : "does not hold the log-spaced coordinates of a window"
    }
}

extension Tensor {
    /// The elements of a tensor of `int32` or `int64`.
    fileprivate func integers() throws -> [Int] {
        elementType == .int32
            ? try withElements(of: Int32.self) { $0.map { Int($0) } }
            : try withElements(of: Int64.self) { $0.map { Int($0) } }
    }
}
