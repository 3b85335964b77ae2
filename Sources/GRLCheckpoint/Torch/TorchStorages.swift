import GRLTensor

/// The storages of an archive, each read once, and the tensors that are views of them.
final class TorchStorages {
    private let file: InputFile
    private let entries: [String: ZipDirectory.Entry]
    private let folder: String
    private var storages: [String: Tensor] = [:]
    /// Bytes that tensors may still take.
    private var budget: Int

    /// - Parameter folder: the start of the names of the storages' entries.
    init(file: InputFile, entries: [String: ZipDirectory.Entry], folder: String, limits: CheckpointLimits) {
        self.file = file
        self.entries = entries
        self.folder = folder
        budget = min(file.size, Int.max / 8) * 4 + limits.surplusBytes
    }

    /// A tensor with elements of its own, in row-major order.
    ///
    /// - Throws: a ``CheckpointError`` (`tensor`, `limit`), `FileError`, `TensorError` (memory, impossible shapes).
    func tensor(_ reference: TensorReference, of storage: StorageReference, name: String) throws -> Tensor {
        func contradiction(_ what: String) -> CheckpointError {
            CheckpointError(.tensor, file.path, "tensor \(printable(name)) \(what)")
        }
        let shape = try Shape(reference.sizes)
        guard reference.strides.count == shape.rank, reference.strides.allSatisfy({ $0 >= 0 }), reference.offset >= 0
        else { throw contradiction("has strides that do not fit its sizes") }
        var last = reference.offset
        for (size, stride) in zip(reference.sizes, reference.strides) where shape.count > 0 {
            last = try Checked.add(last, try Checked.multiply(size - 1, stride))
        }
        guard shape.count == 0 ? reference.offset <= storage.count : last < storage.count else {
            throw contradiction("reaches beyond its storage of \(storage.count) elements")
        }
        let byteCount = try Checked.multiply(shape.count, storage.elementType.byteCount)
        guard byteCount <= budget else {
            throw CheckpointError(.limit, file.path, "tensor \(printable(name)) repeats its storage too often")
        }
        budget -= byteCount
        let whole = try self.storage(storage, name: name)
        if reference.offset == 0, shape.count == storage.count, Self.isRowMajor(reference, shape) {
            return try whole.reshaped(to: shape)
        }
        return try Self.gather(reference, shape: shape, from: whole)
    }

    private func storage(_ reference: StorageReference, name: String) throws -> Tensor {
        let key = folder + reference.key
        if let known = storages[key] {
            guard known.elementType == reference.elementType, known.count == reference.count else {
                throw CheckpointError(
                    .tensor, file.path, "storage \(printable(reference.key)) is given two types or lengths")
            }
            return known
        }
        guard let entry = entries[key], entry.method == .stored else {
            throw CheckpointError(
                .tensor, file.path,
                "the storage \(printable(reference.key)) of tensor \(printable(name)) is not in the archive")
        }
        let byteCount = try Checked.multiply(reference.count, reference.elementType.byteCount)
        guard entry.size == byteCount else {
            throw CheckpointError(
                .tensor, file.path,
                "the storage of tensor \(printable(name)) has \(entry.size) bytes instead of \(byteCount)")
        }
        let stream = ByteStream(
            file: file, offset: entry.dataOffset, storedSize: entry.storedSize, size: entry.size, method: .stored)
        let tensor = try Tensor(uninitialized: reference.elementType, shape: try Shape([reference.count]))
        try tensor.withMutableBytes { try stream.read(into: $0) }
        guard stream.checksum == entry.checksum else {
            throw CheckpointError(
                .tensor, file.path, "the storage of tensor \(printable(name)) has a wrong checksum: the file is damaged"
            )
        }
        if reference.elementType == .bool, tensor.withBytes({ $0.contains { $0 > 1 } }) {
            throw CheckpointError(.tensor, file.path, "tensor \(printable(name)) holds a truth value beyond 0 and 1")
        }
        storages[key] = tensor
        return tensor
    }

    private static func isRowMajor(_ reference: TensorReference, _ shape: Shape) -> Bool {
        zip(reference.sizes, zip(reference.strides, shape.strides)).allSatisfy { $0 == 1 || $1.0 == $1.1 }
    }

    /// Copies the elements of a view, which is known to lie within `storage`.
    private static func gather(_ reference: TensorReference, shape: Shape, from storage: Tensor) throws -> Tensor {
        let result = try Tensor(uninitialized: storage.elementType, shape: shape)
        let size = storage.elementType.byteCount
        storage.withBytes { source in
            result.withMutableBytes { target in
                var index = [Int](repeating: 0, count: shape.rank)
                var from = reference.offset
                for element in 0..<shape.count {
                    for byte in 0..<size { target[element * size + byte] = source[from * size + byte] }
                    for axis in index.indices.reversed() {
                        index[axis] += 1
                        from += reference.strides[axis]
                        guard index[axis] == shape[axis] else { break }
                        from -= reference.strides[axis] * shape[axis]
                        index[axis] = 0
                    }
                }
            }
        }
        return result
    }
}
