import COnnxProto
import TestSupport

/// Owns an open document for the length of a test.
final class Document {
    let pointer: OpaquePointer
    /// Keeps the bytes in place that the document reads from.
    private let storage: UnsafeMutableRawBufferPointer

    init(_ bytes: [UInt8], root: onnx_root = ONNX_ROOT_MODEL, limits: onnx_limits = onnx_limits_default()) throws {
        storage = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
        storage.copyBytes(from: bytes)
        var limits = limits
        var failure = onnx_failure()
        var opened: OpaquePointer?
        let status = onnx_document_open_bytes(storage.baseAddress, bytes.count, root, &limits, &opened, &failure)
        guard status == ONNX_OK, let opened else {
            storage.deallocate()
            throw Failure(failure)
        }
        pointer = opened
    }

    init(path: String, limits: onnx_limits = onnx_limits_default()) throws {
        storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        var limits = limits
        var failure = onnx_failure()
        var opened: OpaquePointer?
        let status = onnx_document_open_file(path, ONNX_ROOT_MODEL, &limits, &opened, &failure)
        guard status == ONNX_OK, let opened else { throw Failure(failure) }
        pointer = opened
    }

    deinit {
        onnx_document_close(pointer)
        storage.deallocate()
    }

    var model: Onnx__ModelProto? {
        onnx_document_model(pointer)?.pointee
    }

    var graph: Onnx__GraphProto? {
        model?.graph?.pointee
    }
}

/// A failure as an error.
struct Failure: Error {
    let status: onnx_status
    let code: String
    let offset: UInt64
    let detail: String

    init(_ failure: onnx_failure) {
        status = failure.status
        code = String(cString: onnx_status_name(failure.status))
        offset = failure.offset
        detail = failure.detail.map { String(cString: $0) } ?? ""
    }
}

/// The code that opening the bytes fails with; "OK" if it does not.
func code(
    _ bytes: [UInt8], root: onnx_root = ONNX_ROOT_MODEL, limits: onnx_limits = onnx_limits_default()
) -> String {
    do {
        _ = try Document(bytes, root: root, limits: limits)
        return "OK"
    } catch let failure as Failure {
        return failure.code
    } catch {
        return "\(error)"
    }
}

func code(_ wire: Wire, limits: onnx_limits = onnx_limits_default()) -> String {
    code(wire.bytes, limits: limits)
}
