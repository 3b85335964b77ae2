import COnnxProto
import GRLTensor

/// Where a tensor's external data stands: a file below the model's directory, and a range of it.
struct ExternalDataPlace {
    let location: String
    let offset: Int
    /// Nil where the data's length is only known from the tensor.
    let length: Int?
    /// The SHA-1 of the whole file in hexadecimal digits, where it is given.
    let checksum: String?

    /// - Throws: `EXT_KEY`, `EXT_PATH`, `EXT_RANGE`.
    init(_ entries: [UnsafePointer<Onnx__StringStringEntryProto>]) throws {
        var fields: [String: String] = [:]
        for entry in entries {
            let key = text(entry.pointee.key)
            guard ["location", "offset", "length", "checksum"].contains(key) else {
                throw ImportError(.externalKey, "external data has the unknown key '\(Printable.name(key))'")
            }
            guard fields.updateValue(text(entry.pointee.value), forKey: key) == nil else {
                throw ImportError(.externalKey, "external data has the key '\(key)' twice")
            }
        }
        guard let location = fields["location"], onnx_external_location_is_plain(location) != 0 else {
            throw ImportError(
                .externalPath,
                "the location '\(Printable.name(fields["location"] ?? ""))' is no plain path below the model's folder")
        }
        self.location = location
        offset = try Self.number(fields["offset"], "offset") ?? 0
        length = try Self.number(fields["length"], "length")
        checksum = fields["checksum"]
    }

    private static func number(_ text: String?, _ name: String) throws -> Int? {
        guard let text else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            throw ImportError(.externalRange, "the \(name) '\(Printable.name(text))' of external data is no size")
        }
        return number
    }
}

/// Reads external data below the model's directory; keeps the last file open.
final class ExternalDataReader {
    private let modelPath: String?
    private var directory = onnx_directory(descriptor: -1)
    private var file = onnx_external_file(descriptor: -1, length: 0)
    private var openLocation: String?
    private var checksums: [String: String] = [:]

    /// - Parameter modelPath: nil for a model that is no file, which may have no external data.
    init(modelPath: String?) {
        self.modelPath = modelPath
    }

    deinit {
        onnx_external_close(&file)
        onnx_directory_close(&directory)
    }

    /// A range of a file, checked, that is ready to be read.
    struct Reading {
        fileprivate let reader: ExternalDataReader
        fileprivate let place: ExternalDataPlace

        /// - Throws: an ``ImportError``.
        func read(into destination: UnsafeMutableRawBufferPointer) throws {
            try reader.read(at: place.offset, into: destination, place.location)
        }
    }

    /// Opens the file and checks that the range lies in it and has the tensor's size.
    ///
    /// - Throws: an ``ImportError``.
    func open(_ place: ExternalDataPlace, byteCount: Int) throws -> Reading {
        guard let modelPath else {
            throw ImportError(.externalForbidden, "a model that is not loaded from a file has no external data")
        }
        try openFile(place.location, modelPath)
        let fileLength = Int(clamping: file.length)
        let length = place.length ?? byteCount
        guard length == byteCount else {
            throw ImportError(
                .externalRange, "the tensor takes \(byteCount) bytes, its external data has \(length)")
        }
        guard place.offset <= fileLength, length <= fileLength - place.offset else {
            throw ImportError(
                .externalRange,
                "\(length) bytes at \(place.offset) lie outside \(Printable.name(place.location)), "
                    + "which has \(fileLength)")
        }
        if let checksum = place.checksum { try verify(checksum, place.location) }
        return Reading(reader: self, place: place)
    }

    private func openFile(_ location: String, _ modelPath: String) throws {
        guard openLocation != location else { return }
        var failure = onnx_failure()
        if directory.descriptor < 0 {
            let parent = modelPath.lastIndex(of: "/").map { String(modelPath[...$0]) } ?? "."
            guard onnx_directory_open(&directory, parent, &failure) == ONNX_OK else { throw ImportError(failure) }
        }
        onnx_external_close(&file)
        openLocation = nil
        guard onnx_external_open(&directory, location, &file, &failure) == ONNX_OK else {
            throw ImportError(ImportError(failure), value: location)
        }
        openLocation = location
    }

    fileprivate func read(
        at offset: Int, into destination: UnsafeMutableRawBufferPointer, _ location: String
    ) throws {
        var failure = onnx_failure()
        let status = onnx_external_read(
            &file, UInt64(clamping: offset), destination.baseAddress, UInt64(clamping: destination.count), &failure)
        guard status == ONNX_OK else { throw ImportError(ImportError(failure), value: location) }
    }

    private func verify(_ checksum: String, _ location: String) throws {
        let found: String
        if let known = checksums[location] {
            found = known
        } else {
            var digest = SHA1()
            let length = Int(clamping: file.length)
            let block = try Tensor(uninitialized: .uint8, shape: .vector(min(length, 1 << 20)))
            var offset = 0
            while offset < length {
                try block.withMutableBytes { buffer in
                    let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, length - offset)])
                    try read(at: offset, into: part, location)
                    digest.update(UnsafeRawBufferPointer(part))
                    offset += part.count
                }
            }
            found = digest.finish()
            checksums[location] = found
        }
        guard checksum.lowercased() == found else {
            throw ImportError(
                .externalChecksum, "\(Printable.name(location)) is not the file that the model was written with")
        }
    }
}
