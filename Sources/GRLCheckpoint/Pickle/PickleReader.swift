import GRLTensor

/// Reads the operands of a pickled program from front to back.
struct PickleReader {
    let path: String
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(CheckpointError) -> UInt8 {
        guard position < bytes.count else { throw end }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func slice(_ count: Int) throws(CheckpointError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw end }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// An unsigned little-endian number of up to 8 bytes.
    mutating func unsigned(_ count: Int) throws(CheckpointError) -> UInt64 {
        try slice(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A length of up to 8 bytes.
    mutating func length(_ count: Int) throws(CheckpointError) -> Int {
        guard let length = Int(exactly: try unsigned(count)) else { throw end }
        return length
    }

    /// A signed little-endian number; nil for one of more than 8 bytes, which is passed over.
    mutating func signed(_ count: Int) throws(CheckpointError) -> Int? {
        let digits = try slice(count)
        guard count <= 8 else { return nil }
        let isNegative = digits.last.map { $0 >= 0x80 } ?? false
        let start: UInt64 = isNegative ? .max : 0
        return Int(truncatingIfNeeded: digits.reversed().reduce(start) { $0 << 8 | UInt64($1) })
    }

    mutating func text(_ count: Int) throws(CheckpointError) -> String {
        guard let text = String(validating: try slice(count), as: UTF8.self) else {
            throw CheckpointError(.pickle, path, "a string at byte \(position) is not UTF-8")
        }
        return text
    }

    /// Text up to the next line feed, which is passed over.
    mutating func line() throws(CheckpointError) -> String {
        guard let end = bytes[position...].prefix(4096).firstIndex(of: 0x0A) else { throw self.end }
        let text = try text(end - position)
        position += 1
        return text
    }

    private var end: CheckpointError {
        CheckpointError(.pickle, path, "the pickled program breaks off at byte \(position)")
    }
}
