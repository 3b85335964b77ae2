import CImage
import GRLTensor

/// Writes PNG images.
package enum ImageWriter {
    /// Writes `image` to `path` as a whole or not at all.
    ///
    /// Throws `FileError` (`exists` unless `overwrite`, `notRegular` for links, pipes and directories, `cannotCreate`,
    /// `writeFailed`), `ImageError`, or `CancellationError` once `isCancelled` answers true. The path then holds what
    /// it held before.
    package static func write(
        _ image: Image, path: String, overwrite: Bool, isCancelled: () -> Bool = { false }
    ) throws {
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        try encode(image, descriptor: writer.descriptor, path: path, isCancelled: isCancelled) { _ in }
        try writer.commit()
    }

    /// The bytes of a PNG file of `image`.
    package static func encode(_ image: Image, isCancelled: () -> Bool = { false }) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try encode(image, descriptor: -1, path: nil, isCancelled: isCancelled) { bytes = Array($0) }
        return bytes
    }

    private static func encode(
        _ image: Image, descriptor: Int32, path: String?, isCancelled: () -> Bool,
        collect: (UnsafeBufferPointer<UInt8>) -> Void
    ) throws {
        var layout = cimage_png_layout(
            width: UInt32(clamping: image.width), height: UInt32(clamping: image.height),
            bit_depth: UInt32(image.bitDepth.rawValue), colour_samples: UInt32(image.colorModel.channelCount),
            alpha_samples: image.hasAlpha ? 1 : 0, passes: 1)
        let encoder = try open(image.metadata.fitting(image.colorModel).chunks, path: path) { chunks, opened in
            cimage_png_encoder_open(&layout, chunks.baseAddress, chunks.count, descriptor, &opened)
        }
        defer { cimage_png_encoder_destroy(encoder) }
        try image.withUnsafeBytes { bytes in
            for row in 0..<image.height {
                if row % 16 == 0, isCancelled() { throw CancellationError() }
                let start = bytes.baseAddress?.advanced(by: row * image.rowByteCount)
                try cimage_png_encoder_write_row(encoder, start?.assumingMemoryBound(to: UInt8.self)).check(path: path)
            }
        }
        try cimage_png_encoder_finish(encoder).check(path: path)
        var length = 0
        let collected = cimage_png_encoder_bytes(encoder, &length)
        collect(UnsafeBufferPointer(start: collected, count: length))
    }

    /// Lays the chunks' payloads out in one block that lasts as long as `start` runs.
    private static func open(
        _ chunks: [ImageMetadata.Chunk], path: String?,
        start: (UnsafeBufferPointer<cimage_chunk>, inout OpaquePointer?) -> cimage_status
    ) throws -> OpaquePointer {
        let payloads = chunks.flatMap(\.payload)
        var opened: OpaquePointer?
        let status = payloads.withUnsafeBufferPointer { block in
            var offset = 0
            let natives = chunks.map { chunk in
                defer { offset += chunk.payload.count }
                return cimage_chunk(
                    type: chunk.code, bytes: block.baseAddress?.advanced(by: offset), length: chunk.payload.count)
            }
            return natives.withUnsafeBufferPointer { start($0, &opened) }
        }
        try status.check(path: path)
        guard let opened else { throw ImageError(.memory, "the PNG encoder did not start", path: path) }
        return opened
    }
}

extension Image {
    /// Writes a PNG file with the picture's metadata, as a whole or not at all.
    ///
    /// Throws `FileError` when the file exists and `overwrite` is false, when something other than a regular file
    /// stands at `path`, or when writing fails; what stood there before is then untouched.
    public func write(toFile path: String, overwrite: Bool = false) throws {
        try ImageWriter.write(self, path: path, overwrite: overwrite)
    }
}
