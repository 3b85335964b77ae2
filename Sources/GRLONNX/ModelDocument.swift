import COnnxProto
import GRLTensor

/// A model or tensor file that has been scanned and unpacked; owns the messages that the importer reads.
final class ModelDocument {
    private let document: OpaquePointer
    /// Keeps the bytes in place that the document reads from; nil for a file.
    private let bytes: UnsafeMutableRawBufferPointer?
    /// Where the file is; nil for bytes.
    let path: String?

    /// - Throws: an ``ImportError``.
    init(path: String, root: onnx_root, options: ImportOptions) throws {
        guard !path.utf8.contains(0) else { throw ImportError(.fileNotFound, "the path holds a zero byte") }
        var limits = onnx_limits(options)
        var failure = onnx_failure()
        var opened: OpaquePointer?
        guard onnx_document_open_file(path, root, &limits, &opened, &failure) == ONNX_OK, let opened else {
            throw ImportError(failure)
        }
        document = opened
        bytes = nil
        self.path = path
    }

    /// Copies the bytes.
    ///
    /// - Throws: an ``ImportError``.
    init(bytes source: UnsafeRawBufferPointer, root: onnx_root, options: ImportOptions) throws {
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: source.count, alignment: 1)
        copy.copyMemory(from: source)
        var limits = onnx_limits(options)
        var failure = onnx_failure()
        var opened: OpaquePointer?
        let status = onnx_document_open_bytes(copy.baseAddress, copy.count, root, &limits, &opened, &failure)
        guard status == ONNX_OK, let opened else {
            copy.deallocate()
            throw ImportError(failure)
        }
        document = opened
        bytes = copy
        path = nil
    }

    deinit {
        onnx_document_close(document)
        bytes?.deallocate()
    }

    /// The model, where the root is one.
    var model: UnsafePointer<Onnx__ModelProto>? { onnx_document_model(document) }

    /// The tensor, where the root is one.
    var tensor: UnsafePointer<Onnx__TensorProto>? { onnx_document_tensor(document) }

    /// Bytes of the payload that the tensor has left in the file; 0 if it has left none.
    func payloadLength(of tensor: UnsafePointer<Onnx__TensorProto>) -> Int {
        Int(clamping: onnx_document_payload_length(document, tensor))
    }

    /// Reads the whole payload into memory of exactly its size.
    ///
    /// - Throws: an ``ImportError``.
    func readPayload(
        of tensor: UnsafePointer<Onnx__TensorProto>, into destination: UnsafeMutableRawBufferPointer
    ) throws {
        var failure = onnx_failure()
        let status = onnx_document_read_payload(
            document, tensor, 0, destination.baseAddress, destination.count, &failure)
        guard status == ONNX_OK else { throw ImportError(failure) }
    }
}

extension onnx_limits {
    fileprivate init(_ options: ImportOptions) {
        self = onnx_limits_default()
        file_bytes = UInt64(clamping: min(options.maximumFileBytes, Int(Int32.max)))
        nodes = UInt64(clamping: options.maximumNodes)
    }
}
