import GRLTensor

/// Elements as ONNX stores them in bytes: little-endian, row-major, two 4-bit elements to a byte, low half first.
enum RawElements {
    /// A tensor of stored bytes, read straight into its memory.
    ///
    /// - Parameter fill: fills memory of the stored size.
    /// - Throws: `DATA_VALUE` for a bool that is neither 0 nor 1; memory errors; what `fill` throws.
    static func tensor(
        _ elementType: ElementType, _ shape: Shape, _ allocator: TensorAllocator,
        fill: (UnsafeMutableRawBufferPointer) throws -> Void
    ) throws -> Tensor {
        let tensor = try Tensor(uninitialized: elementType, shape: shape, allocator: allocator)
        switch elementType {
        case .int4, .uint4:
            let packed = try Tensor(
                uninitialized: .uint8, shape: .vector(elementType.storedByteCount(shape.count)), allocator: allocator)
            try packed.withMutableBytes(fill)
            packed.withBytes { unpack($0, into: tensor) }
        case .bool:
            try tensor.withMutableBytes(fill)
            guard tensor.withBytes({ $0.allSatisfy { $0 <= 1 } }) else {
                throw ImportError(.dataValue, "a bool is neither 0 nor 1")
            }
        default:
            try tensor.withMutableBytes(fill)
        }
        return tensor
    }

    /// Spreads pairs of 4-bit elements to a byte each.
    static func unpack(_ packed: UnsafeRawBufferPointer, into tensor: Tensor) {
        let isSigned = tensor.elementType == .int4
        tensor.withMutableBytes { elements in
            for index in elements.indices {
                let bits = index % 2 == 0 ? packed[index / 2] & 0x0F : packed[index / 2] >> 4
                elements[index] = isSigned ? UInt8(bitPattern: Int4(truncating: bits).value) : bits
            }
        }
    }
}
