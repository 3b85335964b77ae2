import GRLTensor

/// Reads the JSON header of a safetensors file, in the one form that the format allows, without recursion.
///
///     {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {"KEY": "TEXT"}}
///
/// A general JSON reader would accept repeated names and any depth.
struct SafetensorsHeader {
    /// What the header says of a tensor.
    struct Record {
        let name: String
        let type: String
        let shape: [Int]
        /// Where the data begins and ends, in bytes behind the header.
        let start: Int
        let end: Int
    }

    private let bytes: [UInt8]
    private let path: String
    private var position = 0

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    /// - Throws: a ``CheckpointError`` (`header`).
    mutating func records() throws(CheckpointError) -> [Record] {
        var records: [Record] = []
        var names: Set<String> = []
        try members { (header: inout Self, name: String) throws(CheckpointError) in
            guard names.insert(name).inserted else { throw header.malformed("names \(printable(name)) twice") }
            if name == "__metadata__" {
                try header.members { (header: inout Self, _: String) throws(CheckpointError) in _ = try header.string()
                }
            } else {
                records.append(try header.record(name))
            }
        }
        guard next == nil else { throw malformed("has text behind its end") }
        return records
    }

    private mutating func record(_ name: String) throws(CheckpointError) -> Record {
        var type: String?
        var shape: [Int]?
        var offsets: [Int]?
        try members { (header: inout Self, key: String) throws(CheckpointError) in
            switch key {
            case "dtype" where type == nil: type = try header.string()
            case "shape" where shape == nil: shape = try header.integers()
            case "data_offsets" where offsets == nil: offsets = try header.integers()
            default: throw header.malformed("has an unexpected key \(printable(key)) for \(printable(name))")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2 else {
            throw malformed("lacks dtype, shape or two data_offsets for \(printable(name))")
        }
        return Record(name: name, type: type, shape: shape, start: offsets[0], end: offsets[1])
    }

    /// Reads an object; `value` reads the value of each key.
    private mutating func members(
        _ value: (inout Self, String) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try expect("{")
        if next == UInt8(ascii: "}") { return position += 1 }
        while true {
            let key = try string()
            try expect(":")
            try value(&self, key)
            if next == UInt8(ascii: "}") { return position += 1 }
            try expect(",")
        }
    }

    private mutating func integers() throws(CheckpointError) -> [Int] {
        try expect("[")
        var values: [Int] = []
        if next == UInt8(ascii: "]") {
            position += 1
            return values
        }
        while values.count < 64 {
            _ = next
            let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
            guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed("lacks a number") }
            position += digits.count
            values.append(value)
            if next == UInt8(ascii: "]") {
                position += 1
                return values
            }
            try expect(",")
        }
        throw malformed("has too long a list of numbers")
    }

    private mutating func string() throws(CheckpointError) -> String {
        try expect("\"")
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw malformed("is not UTF-8") }
                return text
            case UInt8(ascii: "\\"):
                content += try escape()
            case 0..<0x20: throw malformed("has a control character in a string")
            default: content.append(byte)
            }
        }
        throw malformed("breaks off in a string")
    }

    /// The character that an escape sequence stands for, behind its backslash.
    private mutating func escape() throws(CheckpointError) -> [UInt8] {
        guard position < bytes.count else { throw malformed("breaks off in a string") }
        let plain: [UInt8: UInt8] = [
            0x22: 0x22, 0x5C: 0x5C, 0x2F: 0x2F, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
        ]
        let code = bytes[position]
        position += 1
        if let byte = plain[code] { return [byte] }
        let digits = bytes[position...].prefix(4)
        guard code == UInt8(ascii: "u"), digits.count == 4,
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(value)
        else { throw malformed("has an escape sequence that is not read") }
        position += 4
        return Array(String(scalar).utf8)
    }

    private mutating func expect(_ text: Unicode.Scalar) throws(CheckpointError) {
        guard next == UInt8(ascii: text) else { throw malformed("lacks '\(text)' at byte \(position)") }
        position += 1
    }

    /// The first byte behind white space; nil at the end.
    private var next: UInt8? {
        mutating get {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
            return position < bytes.count ? bytes[position] : nil
        }
    }

    private func malformed(_ what: String) -> CheckpointError { CheckpointError(.header, path, "the header \(what)") }
}
