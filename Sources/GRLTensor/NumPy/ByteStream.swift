import CZlib

/// Bytes of a file from front to back: a stretch as it stands, or inflated.
package final class ByteStream {
    /// How the stretch is stored.
    package enum Method: Sendable { case stored, deflated }

    private static let inputBytes = 1 << 16

    private let file: InputFile
    private var position: Int
    private let end: Int
    /// Bytes still to come, as declared.
    package private(set) var remaining: Int
    private let method: Method
    private var inflater = z_stream()
    private var isInflating = false
    private var hasEnded = false
    private var input: [UInt8] = []
    private var inputCount = 0
    private var inputOffset = 0
    /// The CRC-32 of the bytes read so far.
    package private(set) var checksum: UInt = 0

    /// `storedSize` bytes of `file` from `offset` on, which hold `size` bytes.
    package init(file: InputFile, offset: Int, storedSize: Int, size: Int, method: Method) {
        self.file = file
        self.position = offset
        self.end = offset + storedSize
        self.remaining = size
        self.method = method
    }

    deinit {
        if isInflating { inflateEnd(&inflater) }
    }

    /// Fills `buffer`.
    ///
    /// - Throws: `NumPyError` (`data` when fewer bytes were declared, `entryData` when they cannot be inflated),
    ///   `FileError`.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws {
        guard buffer.count <= remaining else {
            throw NumPyError(.data, file.path, "the data ends \(buffer.count - remaining) bytes early")
        }
        switch method {
        case .stored:
            try file.read(into: buffer, at: position)
            position += buffer.count
        case .deflated:
            try inflate(into: buffer)
        }
        remaining -= buffer.count
        checksum = crc32_z(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), buffer.count)
    }

    package func read(count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try read(into: $0) }
        return bytes
    }

    /// Checks that everything has been read and that compressed data ends here too.
    ///
    /// - Throws: `NumPyError` (`data`, `entryData`), `FileError`.
    package func finish() throws {
        guard remaining == 0 else {
            throw NumPyError(.data, file.path, "\(remaining) bytes more than the shape asks for")
        }
        guard method == .deflated, !hasEnded else { return }
        var extra: UInt8 = 0
        let made = try withUnsafeMutableBytes(of: &extra) { try inflateSome(into: $0) }
        guard made == 0, hasEnded else {
            throw NumPyError(.entryData, file.path, "the compressed data holds more than its declared size")
        }
    }

    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws {
        var filled = 0
        while filled < buffer.count {
            let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...].prefix(1 << 30))
            let made = try inflateSome(into: piece)
            filled += made
            guard made > 0 || !hasEnded else {
                throw NumPyError(.entryData, file.path, "the compressed data holds less than its declared size")
            }
        }
    }

    /// Inflates until the piece is full, the input chunk is used up or the stream ends; returns the bytes made.
    private func inflateSome(into piece: UnsafeMutableRawBufferPointer) throws -> Int {
        if !isInflating {
            let version = ZLIB_VERSION
            guard inflateInit2_(&inflater, -MAX_WBITS, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                throw NumPyError(.entryData, file.path, "the decompressor did not start")
            }
            isInflating = true
        }
        guard !hasEnded else { return 0 }
        if inflater.avail_in == 0 {
            let count = min(end - position, Self.inputBytes)
            if input.isEmpty { input = [UInt8](repeating: 0, count: count) }
            guard count > 0 else {
                throw NumPyError(.entryData, file.path, "the compressed data breaks off")
            }
            try input.withUnsafeMutableBytes {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(count)), at: position)
            }
            position += count
            inputCount = count
            inputOffset = 0
            inflater.avail_in = uInt(count)
        }
        let status = input.withUnsafeMutableBufferPointer { chunk in
            inflater.next_in = chunk.baseAddress?.advanced(by: inputOffset)
            inflater.next_out = piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
            inflater.avail_out = uInt(piece.count)
            return CZlib.inflate(&inflater, Z_NO_FLUSH)
        }
        inputOffset = inputCount - Int(inflater.avail_in)
        hasEnded = status == Z_STREAM_END
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            throw NumPyError(.entryData, file.path, "the compressed data is damaged")
        }
        return piece.count - Int(inflater.avail_out)
    }
}
