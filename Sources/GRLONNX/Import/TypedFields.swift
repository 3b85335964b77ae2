import COnnxProto
import GRLTensor

/// The typed element fields of a tensor message: `float_data`, `int32_data` and so on, of which one at most may hold
/// elements.
struct TypedFields {
    private let proto: Onnx__TensorProto

    init(_ proto: Onnx__TensorProto) {
        self.proto = proto
    }

    private var counts: [Int] {
        [
            proto.n_float_data, proto.n_int32_data, proto.n_int64_data, proto.n_double_data, proto.n_uint64_data,
            proto.n_string_data,
        ]
    }

    /// Whether any of the fields holds elements.
    var isPresent: Bool { counts.contains { $0 > 0 } }

    /// The tensor of the elements.
    ///
    /// - Throws: `DATA_VALUE` when they are in the wrong field, too many, too few, or out of range.
    func tensor(_ elementType: ElementType, _ shape: Shape, _ allocator: TensorAllocator) throws -> Tensor {
        guard counts.count(where: { $0 > 0 }) <= 1 else {
            throw ImportError(.dataValue, "the elements stand in more than one typed field")
        }
        let expected = elementType.byteCount == 1 ? try elementType.storedByteCount(shape.count) : shape.count
        guard counts.contains(expected) else {
            throw ImportError(
                .dataValue,
                "\(elementType)\(shape) takes \(expected) elements, the file holds \(counts.max() ?? 0) for it")
        }
        let tensor = try Tensor(uninitialized: elementType, shape: shape, allocator: allocator)
        let int32s = numbers(proto.int32_data, proto.n_int32_data)
        let uint64s = numbers(proto.uint64_data, proto.n_uint64_data)
        switch elementType {
        case .float32: try copy(numbers(proto.float_data, proto.n_float_data), to: tensor)
        case .float64: try copy(numbers(proto.double_data, proto.n_double_data), to: tensor)
        case .int64: try copy(numbers(proto.int64_data, proto.n_int64_data), to: tensor)
        case .uint64: try copy(uint64s, to: tensor)
        case .uint32: try convert(uint64s, to: tensor) { UInt32(exactly: $0) }
        case .int32: try copy(int32s, to: tensor)
        case .int16: try convert(int32s, to: tensor) { Int16(exactly: $0) }
        case .int8: try convert(int32s, to: tensor) { Int8(exactly: $0) }
        case .uint16: try convert(int32s, to: tensor) { UInt16(exactly: $0) }
        case .uint8: try convert(int32s, to: tensor) { UInt8(exactly: $0) }
        case .bool: try convert(int32s, to: tensor) { $0 == 0 ? false : $0 == 1 ? true : nil }
        case .float16: try convert(int32s, to: tensor) { UInt16(exactly: $0).map { Float16(bitPattern: $0) } }
        case .bfloat16: try convert(int32s, to: tensor) { UInt16(exactly: $0).map { BFloat16(bitPattern: $0) } }
        case .int4, .uint4: try unpack(int32s, to: tensor)
        }
        return tensor
    }

    private func check(_ found: Int, _ expected: Int, _ tensor: Tensor) throws {
        guard found == expected else {
            throw ImportError(
                .dataValue, "\(tensor) takes \(expected) elements in its field, the file holds \(found) there")
        }
    }

    private func copy<Element: TensorElement>(_ source: UnsafeBufferPointer<Element>, to tensor: Tensor) throws {
        try convert(source, to: tensor) { $0 }
    }

    private func convert<Source, Element: TensorElement>(
        _ source: UnsafeBufferPointer<Source>, to tensor: Tensor, _ convert: (Source) -> Element?
    ) throws {
        try check(source.count, tensor.count, tensor)
        try tensor.withMutableElements(of: Element.self) { elements in
            for (index, number) in source.enumerated() {
                guard let element = convert(number) else {
                    throw ImportError(
                        .dataValue, "element \(index) is \(number), which \(tensor.elementType) cannot hold")
                }
                elements.initializeElement(at: index, to: element)
            }
        }
    }

    private func unpack(_ source: UnsafeBufferPointer<Int32>, to tensor: Tensor) throws {
        try check(source.count, tensor.elementType.storedByteCount(tensor.count), tensor)
        var packed: [UInt8] = []
        packed.reserveCapacity(source.count)
        for number in source {
            guard let byte = UInt8(exactly: number) ?? Int8(exactly: number).map({ UInt8(bitPattern: $0) }) else {
                throw ImportError(.dataValue, "\(number) is no pair of 4-bit elements")
            }
            packed.append(byte)
        }
        packed.withUnsafeBytes { RawElements.unpack($0, into: tensor) }
    }
}
