import COnnxProto
import GRLOperators
import GRLTensor

/// Makes tensors of TensorProto messages: elements from the file itself or from external data, in exactly the number
/// that the shape takes.
final class TensorImporter {
    private let document: ModelDocument
    private let external: ExternalDataReader
    private let allocator: TensorAllocator
    private var known: [UnsafePointer<Onnx__TensorProto>: Tensor] = [:]
    /// Bytes of the tensors that were read from other files than the model's own.
    private(set) var externalByteCount = 0

    init(document: ModelDocument, options: ImportOptions) {
        self.document = document
        external = ExternalDataReader(modelPath: document.path)
        allocator = options.allocator
    }

    /// The tensor; the same message gives the same memory each time.
    ///
    /// - Throws: an ``ImportError`` that names the tensor.
    func tensor(_ message: UnsafePointer<Onnx__TensorProto>) throws -> Tensor {
        if let tensor = known[message] { return tensor }
        do {
            let tensor = try read(message)
            known[message] = tensor
            return tensor
        } catch {
            throw ImportError(error, value: text(message.pointee.name))
        }
    }

    private func read(_ message: UnsafePointer<Onnx__TensorProto>) throws -> Tensor {
        let proto = message.pointee
        guard let elementType = ElementType(onnxCode: Int(proto.data_type)) else {
            throw ElementType.refusal(of: proto.data_type)
        }
        guard proto.segment == nil else {
            throw ImportError(.unsupported, "a tensor that is stored in segments is not supported")
        }
        guard proto.n_dims <= Shape.maximumRank else {
            throw TensorError(.rankLimit, "rank \(proto.n_dims) is above the limit of \(Shape.maximumRank)")
        }
        let shape = try Shape(numbers(proto.dims, proto.n_dims).map { Int($0) })
        let isExternal = proto.has_data_location != 0 && proto.data_location.rawValue != 0
        guard !isExternal || proto.data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL else {
            throw ImportError(.externalKey, "the data location \(proto.data_location.rawValue) is unknown")
        }
        let payload = document.payloadLength(of: message)
        let length = payload > 0 ? payload : bytes(proto.raw_data).count
        let hasRaw = length > 0
        let fields = TypedFields(proto)
        guard !(hasRaw && fields.isPresent), !(isExternal && (hasRaw || fields.isPresent)) else {
            throw ImportError(.rawDataSize, "the elements stand in more than one place")
        }
        if !isExternal && !hasRaw && (fields.isPresent || shape.count == 0) {
            return try fields.tensor(elementType, shape, allocator)
        }
        let stored = try elementType.storedByteCount(shape.count)
        if isExternal {
            let place = try ExternalDataPlace(messages(proto.external_data, proto.n_external_data))
            let reading = try external.open(place, byteCount: stored)
            externalByteCount = try Checked.add(externalByteCount, stored)
            return try RawElements.tensor(elementType, shape, allocator) { try reading.read(into: $0) }
        }
        guard length == stored else {
            throw ImportError(
                .rawDataSize, "\(elementType)\(shape) takes \(stored) bytes, the file holds \(length) for it")
        }
        return try RawElements.tensor(elementType, shape, allocator) { destination in
            if payload > 0 {
                try document.readPayload(of: message, into: destination)
            } else {
                destination.copyMemory(from: bytes(proto.raw_data))
            }
        }
    }
}
