import GRLTensor

/// A checkpoint of PyTorch 1.6 or later: a ZIP archive with a pickled program and a file for each storage.
///
/// Format: pytorch/docs/source/notes/serialization.rst.
struct TorchArchive {
    let dictionaries: [StateDictionary]
    /// What else the file holds, by its top keys.
    let others: [String]
    /// Classes of objects that were passed over.
    let unknownClasses: [String]

    /// Whether an archive is one of PyTorch's, by the names of its entries.
    static func isOne(_ directory: ZipDirectory) -> Bool {
        directory.entries.contains { $0.name == programName || $0.name.hasSuffix("/" + programName) }
    }

    private static let programName = "data.pkl"

    /// - Throws: a ``CheckpointError``, `NumPyError` (the archive), `FileError`, `TensorError` (memory).
    init(file: InputFile, directory: ZipDirectory, limits: CheckpointLimits) throws {
        let entries = Dictionary(directory.entries.map { ($0.name, $0) }) { first, _ in first }
        let programs = directory.entries.filter {
            $0.name == Self.programName || $0.name.hasSuffix("/" + Self.programName)
        }
        guard programs.count == 1, let program = programs.first else {
            throw CheckpointError(.format, file.path, "holds \(programs.count) pickled programs named data.pkl")
        }
        let folder = String(program.name.dropLast(Self.programName.count))
        guard entries[folder + "constants.pkl"] == nil else {
            throw CheckpointError(
                .format, file.path,
                "is a TorchScript program, not a checkpoint; save model.state_dict() with torch.save instead")
        }
        guard program.size <= limits.programBytes else {
            throw CheckpointError(
                .limit, file.path, "has a pickled program of \(program.size) bytes; the limit is \(limits.programBytes)"
            )
        }
        if let order = entries[folder + "byteorder"] {
            let text = String(decoding: try Self.bytes(of: order, in: file, limit: 16), as: UTF8.self)
            guard text == "little" else {
                throw CheckpointError(
                    .format, file.path,
                    "was written on a machine of byte order '\(printable(text))'; save it again on a little-endian one")
            }
        }
        let bytes = try Self.bytes(of: program, in: file, limit: limits.programBytes)
        var machine = PickleMachine(bytes, path: file.path, limits: limits)
        let content = PickledContent(root: try machine.run(), heap: machine.heap)
        let storages = TorchStorages(file: file, entries: entries, folder: folder + "data/", limits: limits)
        dictionaries = try content.dictionaries(storages: storages, limits: limits, path: file.path)
        others = content.otherKeys
        unknownClasses = machine.unknownGlobals.sorted()
    }

    private static func bytes(of entry: ZipDirectory.Entry, in file: InputFile, limit: Int) throws -> [UInt8] {
        guard entry.method == .stored, entry.size <= limit else {
            throw CheckpointError(.format, file.path, "entry \(printable(entry.name)) is compressed or too long")
        }
        let stream = ByteStream(
            file: file, offset: entry.dataOffset, storedSize: entry.storedSize, size: entry.size, method: .stored)
        let bytes = try stream.read(count: entry.size)
        guard stream.checksum == entry.checksum else {
            throw CheckpointError(.format, file.path, "entry \(printable(entry.name)) has a wrong checksum")
        }
        return bytes
    }
}
