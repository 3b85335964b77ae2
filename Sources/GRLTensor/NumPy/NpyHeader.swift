/// The description in front of an array in NumPy's file format: element type, byte order, axis order and shape.
struct NpyHeader {
    let elementType: ElementType
    let isBigEndian: Bool
    /// Whether the first axis varies fastest.
    let isFortranOrder: Bool
    let shape: Shape

    /// The bytes that every file begins with; a major and a minor version follow.
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
    /// The longest dictionary text that is read; NumPy's own readers stop at 10,000.
    static let maximumTextLength = 65_536

    init(elementType: ElementType, shape: Shape) {
        self.elementType = elementType
        self.shape = shape
        isBigEndian = false
        isFortranOrder = false
    }

    /// Parses the dictionary `{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }`.
    ///
    /// - Throws: `NumPyError` (`header`, `elementType`), `TensorError` for an impossible shape.
    init(text: [UInt8], path: String) throws {
        var scanner = LiteralScanner(bytes: text)
        var description: String?
        var isFortranOrder: Bool?
        var dimensions: [Int]?
        func malformed(_ what: String) -> NumPyError { NumPyError(.header, path, "the array header \(what)") }

        guard scanner.take("{") else { throw malformed("is not a dictionary") }
        while !scanner.take("}") {
            guard let key = scanner.string(), scanner.take(":") else { throw malformed("has a malformed key") }
            switch key {
            case "descr" where description == nil:
                guard let value = scanner.string() else {
                    throw NumPyError(.elementType, path, "arrays of structures cannot be read; save plain numbers")
                }
                description = value
            case "fortran_order" where isFortranOrder == nil:
                guard let value = scanner.boolean() else { throw malformed("has no True or False in fortran_order") }
                isFortranOrder = value
            case "shape" where dimensions == nil:
                guard let value = scanner.tuple() else { throw malformed("has a malformed shape") }
                dimensions = value
            default:
                throw malformed("has an unexpected key \(printable(key))")
            }
            guard scanner.take(",") || scanner.next == UInt8(ascii: "}") else { throw malformed("lacks a comma") }
        }
        guard scanner.isAtEnd, let description, let isFortranOrder, let dimensions else {
            throw malformed("lacks descr, fortran_order or shape, or does not end after them")
        }
        guard let (type, isBigEndian) = Self.parse(description) else {
            throw NumPyError(.elementType, path, "elements of the type '\(printable(description))' cannot be read")
        }
        elementType = type
        self.isBigEndian = isBigEndian
        self.isFortranOrder = isFortranOrder
        shape = try Shape(dimensions)
    }

    private static func parse(_ description: String) -> (ElementType, isBigEndian: Bool)? {
        guard let order = description.first, "<>|=".contains(order) else { return nil }
        guard let type = names.first(where: { $0.name == description.dropFirst() })?.type else { return nil }
        guard order != "|" || type.byteCount == 1 else { return nil }
        return (type, order == ">" && type.byteCount > 1)
    }

    private static let names: [(name: String, type: ElementType)] = [
        ("f4", .float32), ("f8", .float64), ("f2", .float16), ("b1", .bool),
        ("i1", .int8), ("i2", .int16), ("i4", .int32), ("i8", .int64),
        ("u1", .uint8), ("u2", .uint16), ("u4", .uint32), ("u8", .uint64),
    ]

    /// Everything up to the first element: magic, version 1.0, length and dictionary, filled to a multiple of 64 bytes.
    ///
    /// - Throws: `NumPyError` (`elementType`) for a type that NumPy has no name for.
    func encoded(path: String) throws(NumPyError) -> [UInt8] {
        guard let name = Self.names.first(where: { $0.type == elementType })?.name else {
            throw NumPyError(.elementType, path, "NumPy has no type for elements of \(elementType)")
        }
        let tuple = shape.dimensions.map { "\($0), " }.joined()
        let order = elementType.byteCount == 1 ? "|" : "<"
        var text = Array("{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': (\(tuple)), }".utf8)
        let length = (Self.magic.count + 4 + text.count + 1 + 63) / 64 * 64 - Self.magic.count - 4
        text += [UInt8](repeating: 0x20, count: length - text.count - 1) + [0x0A]
        return Self.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text
    }
}

/// Reads Python's spelling of strings, booleans and tuples of whole numbers; spaces between tokens are passed over.
private struct LiteralScanner {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The first byte of the next token.
    var next: UInt8? {
        mutating get {
            while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
            return position < bytes.count ? bytes[position] : nil
        }
    }

    var isAtEnd: Bool { mutating get { next == nil } }

    mutating func take(_ text: String) -> Bool {
        guard next != nil, bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    /// A string without escapes, in either kind of quotes.
    mutating func string() -> String? {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        guard let end = bytes[(position + 1)...].firstIndex(of: quote) else { return nil }
        let content = bytes[(position + 1)..<end]
        guard !content.contains(UInt8(ascii: "\\")) else { return nil }
        position = end + 1
        return String(decoding: content, as: UTF8.self)
    }

    mutating func boolean() -> Bool? {
        if take("True") { return true }
        return take("False") ? false : nil
    }

    mutating func tuple() -> [Int]? {
        guard take("(") else { return nil }
        var values: [Int] = []
        while !take(")") {
            guard values.count < 64, let value = integer() else { return nil }
            values.append(value)
            guard take(",") || next == UInt8(ascii: ")") else { return nil }
        }
        return values
    }

    private mutating func integer() -> Int? {
        guard next != nil else { return nil }
        let digits = bytes[position...].prefix { (0x30...0x39).contains($0) }
        position += digits.count
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
