import GRLTensor

/// A file in the safetensors format: a length of 8 bytes, a JSON header of that length, the data of all tensors.
///
/// The tensors fill the data without gap or overlap, as the format demands.
/// Format: github.com/huggingface/safetensors, README.md.
struct SafetensorsFile {
    /// In the order of the data.
    let entries: [StateDictionary.Entry]

    private static let types: [String: ElementType] = [
        "F32": .float32, "F64": .float64, "F16": .float16, "BF16": .bfloat16, "I8": .int8, "I16": .int16, "I32": .int32,
        "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64, "BOOL": .bool,
    ]

    /// Whether a file may be one, by its first 9 bytes.
    static func isOne(_ start: [UInt8]) -> Bool {
        start.count == 9 && start[8] == UInt8(ascii: "{") && start[4..<8].allSatisfy { $0 == 0 }
    }

    /// - Throws: a ``CheckpointError`` (`header`, `limit`), `FileError`, `TensorError` (memory, impossible shapes).
    init(file: InputFile, limits: CheckpointLimits) throws {
        let length = try file.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(limits.headerBytes), file.size >= 8, Int(length) <= file.size - 8 else {
            throw CheckpointError(.header, file.path, "gives its header an impossible length of \(length) bytes")
        }
        let data = 8 + Int(length)
        var text = [UInt8](repeating: 0, count: Int(length))
        try text.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
        var header = SafetensorsHeader(text, path: file.path)
        let records = try header.records().sorted { ($0.start, $0.end) < ($1.start, $1.end) }
        guard records.count <= limits.tensors else {
            throw CheckpointError(.limit, file.path, "holds more than \(limits.tensors) tensors")
        }
        var entries: [StateDictionary.Entry] = []
        var position = 0
        for record in records {
            func wrong(_ what: String) -> CheckpointError {
                CheckpointError(.header, file.path, "tensor \(printable(record.name)) \(what)")
            }
            guard let type = Self.types[record.type] else { throw wrong("has the type \(printable(record.type))") }
            let shape = try Shape(record.shape)
            guard record.start == position, record.end >= record.start, record.end <= file.size - data else {
                throw wrong("does not begin where the one before ends, or lies outside the file")
            }
            guard record.end - record.start == shape.count * type.byteCount else {
                throw wrong(
                    "has \(record.end - record.start) bytes; \(type)\(shape) takes \(shape.count * type.byteCount)")
            }
            guard record.name.utf8.count <= limits.nameBytes else { throw wrong("has too long a name") }
            let tensor = try Tensor(uninitialized: type, shape: shape)
            try tensor.withMutableBytes { try file.read(into: $0, at: data + record.start) }
            if type == .bool, tensor.withBytes({ $0.contains { $0 > 1 } }) {
                throw wrong("holds a truth value that is neither 0 nor 1")
            }
            entries.append(StateDictionary.Entry(name: record.name, tensor: tensor))
            position = record.end
        }
        guard position == file.size - data else {
            throw CheckpointError(
                .header, file.path, "has \(file.size - data - position) bytes that belong to no tensor")
        }
        self.entries = entries
    }
}
