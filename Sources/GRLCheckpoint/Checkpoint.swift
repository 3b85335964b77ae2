import GRLTensor

/// The named tensors of a trained network: .pth and .ckpt archives of PyTorch 1.6 and later, .safetensors, .npz.
///
/// Formats are told by content, not by the file's name. Nothing in a file is ever executed.
package struct Checkpoint: Sendable {
    package enum Format: String, Sendable {
        case torch = "PyTorch archive"
        case safetensors = "safetensors"
        case npz = "npz"
    }

    package let format: Format
    /// Averages (EMA) first, then the largest; never empty.
    package let dictionaries: [StateDictionary]
    /// What else the file holds and is not read, by its keys: `optimizer_states`, `callbacks`, ….
    package let others: [String]
    /// Classes and functions that the file names, which were neither looked up nor called.
    package let unknownClasses: [String]
    private let path: String

    /// - Throws: a ``CheckpointError``, `FileError`, `NumPyError` (archives and arrays), `TensorError` (memory,
    ///   shapes).
    package init(contentsOfFile path: String, limits: CheckpointLimits = CheckpointLimits()) throws {
        self.path = path
        let file = try InputFile(path: path, limit: .max)
        let start = try file.prefix(512)
        let found: [StateDictionary]
        if start.starts(with: [0x50, 0x4B]) {
            let directory = try ZipDirectory(file: file)
            if TorchArchive.isOne(directory) {
                let archive = try TorchArchive(file: file, directory: directory, limits: limits)
                format = .torch
                found = archive.dictionaries
                others = archive.others
                unknownClasses = archive.unknownClasses
            } else {
                format = .npz
                found = KeyPrefix.groups(try Self.arrays(path: path, size: file.size, limits: limits), place: "")
                others = []
                unknownClasses = []
            }
        } else if SafetensorsFile.isOne(Array(start.prefix(9))) {
            format = .safetensors
            found = KeyPrefix.groups(try SafetensorsFile(file: file, limits: limits).entries, place: "")
            others = []
            unknownClasses = []
        } else {
            throw Self.refusal(of: start, path: path)
        }
        dictionaries = found.filter { !$0.entries.isEmpty }.enumerated().sorted { a, b in
            let (first, second) = (a.element, b.element)
            guard first.isAverage == second.isAverage else { return first.isAverage }
            let counts = (first.entries.count, second.entries.count)
            return counts.0 == counts.1 ? a.offset < b.offset : counts.0 > counts.1
        }.map(\.element)
        guard !dictionaries.isEmpty else {
            throw CheckpointError(.empty, path, "holds no dictionary of named tensors")
        }
    }

    /// The dictionaries that stand at `place`, all of them for nil.
    ///
    /// - Throws: a ``CheckpointError`` (`state`) when none does.
    package func dictionaries(at place: String?) throws(CheckpointError) -> [StateDictionary] {
        guard let place else { return dictionaries }
        let found = dictionaries.filter { $0.place == place }
        guard found.isEmpty else { return found }
        let places = Set(dictionaries.map(\.place)).subtracting([""]).sorted().map { "'\(printable($0))'" }
        throw CheckpointError(
            .state, path,
            "has no state dictionary '\(printable(place))'; "
                + (places.isEmpty
                    ? "its tensors stand at the top level, so --state is not needed"
                    : "it has \(places.joined(separator: ", "))"))
    }

    private static func arrays(
        path: String, size: Int, limits: CheckpointLimits
    ) throws -> [StateDictionary.Entry] {
        let archive = try NpzArchive(path: path)
        guard archive.names.count <= limits.tensors else {
            throw CheckpointError(.limit, path, "holds more than \(limits.tensors) arrays")
        }
        // Compressed weights are rarely a tenth smaller; the ratio is there for masks and tables.
        let allocator = TensorAllocator(limit: min(size, Int.max / 64) * 16 + limits.surplusBytes)
        return try archive.names.map {
            StateDictionary.Entry(name: $0, tensor: try archive.tensor(named: $0, allocator: allocator))
        }
    }

    /// Why a file that begins with `start` is not read.
    private static func refusal(of start: [UInt8], path: String) -> CheckpointError {
        let advice =
            "load it in PyTorch and save it again with torch.save, which has written archives since version 1.6"
        if start.starts(with: [0x80]), start.count > 1, (2...5).contains(start[1]) {
            return CheckpointError(.legacy, path, "is a bare pickle, as PyTorch wrote before version 1.6; \(advice)")
        }
        if start.count >= 263, start[257..<262].elementsEqual("ustar".utf8) {
            return CheckpointError(.legacy, path, "is a tar archive, as PyTorch wrote before version 0.1.10; \(advice)")
        }
        if start.starts(with: "version https://git-lfs".utf8) {
            return CheckpointError(.format, path, "is a Git LFS pointer, not the file itself; run git lfs pull")
        }
        return CheckpointError(
            .format, path, "is no checkpoint: read are .pth and .ckpt archives of PyTorch, .safetensors and .npz")
    }
}
