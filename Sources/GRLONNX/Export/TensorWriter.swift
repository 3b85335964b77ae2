import GRLOperators
import GRLTensor

extension WireMessage {
    /// A TensorProto with its elements in `raw_data`.
    ///
    /// - Throws: memory errors, for the types that are stored otherwise than they stand in memory.
    init(_ tensor: Tensor, name: String) throws {
        self.init()
        for dimension in tensor.shape.dimensions { add(1, dimension) }
        add(2, tensor.elementType.onnxCode)
        add(8, name)
        add(9, elementsOf: try RawElements.stored(tensor))
    }
}

extension RawElements {
    /// The elements as they are stored: pairs of 4-bit elements to a byte, all others unchanged.
    static func stored(_ tensor: Tensor) throws -> Tensor {
        guard tensor.elementType == .int4 || tensor.elementType == .uint4 else { return tensor }
        let count = try tensor.elementType.storedByteCount(tensor.count)
        let packed = try Tensor(uninitialized: .uint8, shape: .vector(count))
        tensor.withBytes { elements in
            packed.withMutableBytes { bytes in
                for index in bytes.indices {
                    let high = 2 * index + 1 < elements.count ? elements[2 * index + 1] << 4 : 0
                    bytes[index] = elements[2 * index] & 0x0F | high
                }
            }
        }
        return packed
    }
}
