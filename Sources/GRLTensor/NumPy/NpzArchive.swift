import CZlib

/// Named arrays in NumPy's .npz format: a ZIP archive of .npy files, stored or deflated.
package final class NpzArchive: Sendable {
    private let file: InputFile
    private let entries: [String: ZipDirectory.Entry]
    /// The names of the arrays, without ".npy", in the order they stand in the file.
    package let names: [String]

    private static let suffix = ".npy"

    /// Reads and checks the directory of the archive at `path`; arrays are read when asked for.
    ///
    /// - Throws: `FileError`, `NumPyError`.
    package init(path: String) throws {
        file = try InputFile(path: path, limit: .max)
        var entries: [String: ZipDirectory.Entry] = [:]
        var names: [String] = []
        for entry in try ZipDirectory(file: file).entries where entry.name.hasSuffix(Self.suffix) {
            let name = String(entry.name.dropLast(Self.suffix.count))
            entries[name] = entry
            names.append(name)
        }
        self.entries = entries
        self.names = names
    }

    /// The array of the given name, in memory of `allocator`, whose limit bounds it.
    ///
    /// - Throws: `NumPyError`, `FileError`, `TensorError` (memory, impossible shapes).
    package func tensor(named name: String, allocator: TensorAllocator = Tensor.sharedAllocator) throws -> Tensor {
        guard let entry = entries[name] else {
            throw NumPyError(
                .missingEntry, file.path,
                "has no array named \(printable(name)); it has \(printable(names.joined(separator: ", ")))")
        }
        let place = "\(file.path)(\(entry.name))"
        let stream = ByteStream(
            file: file, offset: entry.dataOffset, storedSize: entry.storedSize, size: entry.size, method: entry.method)
        let tensor = try NpyFile.read(from: stream, path: place, allocator: allocator)
        try stream.finish()
        guard stream.checksum == entry.checksum else {
            throw NumPyError(.entryData, place, "has a wrong checksum")
        }
        return tensor
    }

    /// Writes `tensors` uncompressed to `path`, as a whole or not at all.
    ///
    /// - Throws: `FileError`; `NumPyError` for element types that NumPy lacks, repeated names, and archives of 4 GiB or
    ///   more.
    package static func write(
        _ tensors: [(name: String, tensor: Tensor)], path: String, overwrite: Bool = false
    ) throws {
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        var directory: [UInt8] = []
        var offset = 0
        for (name, tensor) in tensors {
            let header = try NpyHeader(elementType: tensor.elementType, shape: tensor.shape).encoded(path: path)
            let fileName = Array((name + suffix).utf8)
            var checksum = crc32_z(0, header, header.count)
            checksum = tensor.withBytes { bytes in
                crc32_z(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
            }
            let size = header.count + tensor.byteCount
            guard offset < Int(UInt32.max), size < Int(UInt32.max), fileName.count <= 4096, tensors.count < 0xFFFF
            else {
                throw NumPyError(.limit, path, "would be an archive of 4 GiB or more, or of too many arrays")
            }
            // Version 2.0, no flags, stored, 1980-01-01.
            let common =
                littleEndian(20, 2) + littleEndian(0, 2) + littleEndian(0, 2) + littleEndian(0, 2)
                + littleEndian(0x21, 2) + littleEndian(Int(checksum), 4) + littleEndian(size, 4) + littleEndian(size, 4)
                + littleEndian(fileName.count, 2) + littleEndian(0, 2)
            let local = littleEndian(0x0403_4B50, 4) + common + fileName + header
            directory +=
                littleEndian(0x0201_4B50, 4) + littleEndian(20, 2) + common + [UInt8](repeating: 0, count: 10)
                + littleEndian(offset, 4) + fileName
            try local.withUnsafeBytes { try writer.write($0) }
            try tensor.withBytes { try writer.write($0) }
            offset += local.count + tensor.byteCount
        }
        guard offset < Int(UInt32.max), Set(tensors.map(\.name)).count == tensors.count else {
            throw NumPyError(.limit, path, "would be an archive of 4 GiB or more, or have two arrays of one name")
        }
        let end =
            directory + littleEndian(0x0605_4B50, 4) + littleEndian(0, 4) + littleEndian(tensors.count, 2)
            + littleEndian(tensors.count, 2) + littleEndian(directory.count, 4) + littleEndian(offset, 4)
            + littleEndian(0, 2)
        try end.withUnsafeBytes { try writer.write($0) }
        try writer.commit()
    }

    private static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
