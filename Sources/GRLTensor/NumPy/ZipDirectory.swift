/// The directory of a ZIP archive, checked as a whole before any entry is read.
///
/// Accepted: one volume, no encryption, entries stored or deflated. The central directory must agree with every local
/// header; names must be unique, relative and free of `..`; entries must lie apart from each other and in front of the
/// directory; sizes must be possible for deflate.
package struct ZipDirectory {
    /// A file in the archive.
    package struct Entry {
        package let name: String
        package let method: ByteStream.Method
        /// CRC-32 of the contents.
        package let checksum: UInt
        package let storedSize: Int
        package let size: Int
        /// Where the local header stands.
        let headerOffset: Int
        /// Where the data begins.
        package fileprivate(set) var dataOffset = 0
    }

    /// In the order of the file.
    package let entries: [Entry]

    static let maximumEntries = 100_000
    static let maximumDirectoryBytes = 64 << 20
    /// Above the largest ratio that deflate reaches, 1032.
    static let maximumRatio = 1100
    /// Bits 0, 5, 6 and 13: encryption, patches, strong encryption, masked headers.
    private static let refusedFlags = 0x2061

    /// - Throws: `NumPyError` (`archive`, `unsupported`, `limit`), `FileError`.
    package init(file: InputFile) throws {
        let location = try Location(file: file)
        let bytes = try file.bytes(at: location.offset, count: location.size)
        var reader = LittleEndianReader(bytes: bytes, path: file.path)
        var entries: [Entry] = []
        var names: Set<String> = []
        for _ in 0..<location.entryCount {
            let entry = try Self.centralEntry(&reader, path: file.path)
            guard names.insert(entry.name).inserted else {
                throw NumPyError(.archive, file.path, "has two entries named \(printable(entry.name))")
            }
            entries.append(entry)
        }
        guard reader.isAtEnd else { throw NumPyError(.archive, file.path, "has bytes behind its directory's entries") }
        entries.sort { $0.headerOffset < $1.headerOffset }
        for index in entries.indices {
            let end = index + 1 < entries.count ? entries[index + 1].headerOffset : location.offset
            entries[index].dataOffset = try Self.dataOffset(of: entries[index], before: end, file: file)
        }
        self.entries = entries
    }

    private static func centralEntry(_ reader: inout LittleEndianReader, path: String) throws(NumPyError) -> Entry {
        guard try reader.integer(4) == 0x0201_4B50 else {
            throw NumPyError(.archive, path, "has a malformed directory entry")
        }
        try reader.skip(4)
        let flags = try reader.integer(2)
        let method = try reader.integer(2)
        try reader.skip(4)
        let checksum = try reader.integer(4)
        var storedSize = try reader.integer(4)
        var size = try reader.integer(4)
        let nameLength = try reader.integer(2)
        let extraLength = try reader.integer(2)
        let commentLength = try reader.integer(2)
        let disk = try reader.integer(2)
        try reader.skip(6)
        var offset = try reader.integer(4)
        let name = try checkedName(try reader.bytes(nameLength), path: path)
        let extra = try reader.bytes(extraLength)
        try reader.skip(commentLength)
        try widen(&size, &storedSize, &offset, from: extra, path: path)

        guard flags & refusedFlags == 0, method == 0 || method == 8, disk == 0 else {
            throw NumPyError(
                .unsupported, path, "entry \(printable(name)) is encrypted or uses compression method \(method)")
        }
        guard method == 8 || size == storedSize else {
            throw NumPyError(.archive, path, "entry \(printable(name)) is stored with two different sizes")
        }
        guard size / maximumRatio <= storedSize else {
            throw NumPyError(.limit, path, "entry \(printable(name)) claims \(size) bytes from \(storedSize)")
        }
        return Entry(
            name: name, method: method == 0 ? .stored : .deflated, checksum: UInt(checksum), storedSize: storedSize,
            size: size, headerOffset: offset)
    }

    private static func checkedName(_ bytes: [UInt8], path: String) throws(NumPyError) -> String {
        guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty, bytes.count <= 4096,
            !name.hasPrefix("/"), !bytes.contains(where: { $0 < 0x20 || $0 == 0x5C || $0 == 0x7F }),
            !name.split(separator: "/").contains("..")
        else {
            throw NumPyError(.archive, path, "has an entry with an unsafe name")
        }
        return name
    }

    /// Replaces sizes of 0xFFFFFFFF by those in the Zip64 field, which come in this order.
    private static func widen(
        _ size: inout Int, _ storedSize: inout Int, _ offset: inout Int, from extra: [UInt8], path: String
    ) throws(NumPyError) {
        let unknown = 0xFFFF_FFFF
        guard size == unknown || storedSize == unknown || offset == unknown else { return }
        var fields = LittleEndianReader(bytes: extra, path: path)
        while !fields.isAtEnd {
            let kind = try fields.integer(2)
            let content = try fields.bytes(try fields.integer(2))
            guard kind == 1 else { continue }
            var values = LittleEndianReader(bytes: content, path: path)
            if size == unknown { size = try values.integer(8) }
            if storedSize == unknown { storedSize = try values.integer(8) }
            if offset == unknown { offset = try values.integer(8) }
            return
        }
        throw NumPyError(.archive, path, "lacks the large sizes that an entry refers to")
    }

    /// Compares the local header with the directory and finds the data, which must end at or before `end`.
    private static func dataOffset(of entry: Entry, before end: Int, file: InputFile) throws -> Int {
        func contradiction() -> NumPyError {
            NumPyError(
                .archive, file.path,
                "entry \(printable(entry.name)) lies outside its place or contradicts the directory")
        }
        guard entry.headerOffset <= end, end - entry.headerOffset >= 30 else { throw contradiction() }
        var header = LittleEndianReader(bytes: try file.bytes(at: entry.headerOffset, count: 30), path: file.path)
        guard try header.integer(4) == 0x0403_4B50 else { throw contradiction() }
        try header.skip(2)
        let flags = try header.integer(2)
        let method = try header.integer(2)
        try header.skip(4)
        let checksum = try header.integer(4)
        var storedSize = try header.integer(4)
        var size = try header.integer(4)
        let nameLength = try header.integer(2)
        let extraLength = try header.integer(2)
        let start = entry.headerOffset + 30
        guard end - start >= nameLength + extraLength else { throw contradiction() }
        let name = try file.bytes(at: start, count: nameLength)
        var unused = 0
        try widen(
            &size, &storedSize, &unused, from: try file.bytes(at: start + nameLength, count: extraLength),
            path: file.path)
        // Bit 3: checksum and sizes follow the data, and are zero here.
        let areElsewhere = flags & 8 != 0 && checksum == 0 && storedSize == 0 && size == 0
        let agree = checksum == Int(entry.checksum) && storedSize == entry.storedSize && size == entry.size
        let data = start + nameLength + extraLength
        guard method == (entry.method == .stored ? 0 : 8), flags & refusedFlags == 0,
            name.elementsEqual(entry.name.utf8), areElsewhere || agree,
            entry.storedSize <= end - data
        else { throw contradiction() }
        return data
    }
}

extension ZipDirectory {
    /// Where the central directory stands, from the record at the end of the file.
    private struct Location {
        let offset: Int
        let size: Int
        let entryCount: Int

        init(file: InputFile) throws {
            func malformed(_ what: String) -> NumPyError { NumPyError(.archive, file.path, what) }
            let tailLength = min(file.size, 22 + 0xFFFF)
            let tail = try file.bytes(at: file.size - tailLength, count: tailLength)
            let candidates = stride(from: tailLength - 22, through: 0, by: -1)
            let isRecord: (Int) -> Bool = { start in
                tail[start...].starts(with: [0x50, 0x4B, 5, 6])
                    && Int(tail[start + 20]) | Int(tail[start + 21]) << 8 == tailLength - 22 - start
            }
            guard let start = candidates.first(where: isRecord) else {
                throw malformed("is not a ZIP archive, or its end is missing")
            }
            let recordOffset = file.size - tailLength + start
            var record = LittleEndianReader(bytes: Array(tail[start...]), path: file.path)
            try record.skip(4)
            var disks = (try record.integer(2), try record.integer(2))
            var counts = (try record.integer(2), try record.integer(2))
            var size = try record.integer(4)
            var offset = try record.integer(4)
            var end = recordOffset
            let mustBeWide = counts.1 == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF
            // Some writers, PyTorch's among them, add the wide record to small archives as well.
            let locatorStart: [UInt8] = [0x50, 0x4B, 6, 7]
            let isWide = try recordOffset >= 20 && file.bytes(at: recordOffset - 20, count: 4) == locatorStart
            if mustBeWide || isWide {
                guard recordOffset >= 20 + 56 else { throw malformed("lacks its Zip64 record") }
                var locator = LittleEndianReader(
                    bytes: try file.bytes(at: recordOffset - 20, count: 20), path: file.path)
                guard try locator.integer(4) == 0x0706_4B50 else { throw malformed("lacks its Zip64 locator") }
                try locator.skip(4)
                end = try locator.integer(8)
                guard end <= recordOffset - 20 - 56 else { throw malformed("has its Zip64 record outside the file") }
                var wide = LittleEndianReader(bytes: try file.bytes(at: end, count: 56), path: file.path)
                guard try wide.integer(4) == 0x0606_4B50 else { throw malformed("has a malformed Zip64 record") }
                try wide.skip(12)
                disks = (try wide.integer(4), try wide.integer(4))
                counts = (try wide.integer(8), try wide.integer(8))
                size = try wide.integer(8)
                offset = try wide.integer(8)
            }
            guard disks == (0, 0), counts.0 == counts.1 else {
                throw NumPyError(.unsupported, file.path, "is one volume of several")
            }
            guard counts.1 <= ZipDirectory.maximumEntries, size <= ZipDirectory.maximumDirectoryBytes else {
                throw NumPyError(.limit, file.path, "has \(counts.1) entries in a directory of \(size) bytes")
            }
            guard offset <= end, size == end - offset else {
                throw malformed("has its directory elsewhere than in front of its end record")
            }
            self.offset = offset
            self.size = size
            entryCount = counts.1
        }
    }
}

extension InputFile {
    /// A small stretch of the file. Throws `unreadable` when it is not there.
    fileprivate func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: FileError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(FileError) {
                try read(into: buffer, at: offset)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// Reads unsigned little-endian numbers; running out of bytes is an error of the archive.
private struct LittleEndianReader {
    let bytes: [UInt8]
    let path: String
    private var position = 0

    init(bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func integer(_ count: Int) throws(NumPyError) -> Int {
        let value = try bytes(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let result = Int(exactly: value) else {
            throw NumPyError(.archive, path, "holds an impossible size of \(value)")
        }
        return result
    }

    mutating func bytes(_ count: Int) throws(NumPyError) -> [UInt8] {
        guard count <= bytes.count - position else {
            throw NumPyError(.archive, path, "has a directory that breaks off")
        }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func skip(_ count: Int) throws(NumPyError) {
        _ = try bytes(count)
    }
}
