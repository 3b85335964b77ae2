import GRLTensor

/// A protocol buffer message that is being put together. The elements of tensors are not copied into it; they are
/// referred to until the message is written.
struct WireMessage {
    /// A stretch of a message: encoded bytes, or all bytes of a tensor.
    enum Piece {
        case bytes([UInt8])
        case elements(Tensor)
    }

    private(set) var pieces: [Piece] = []
    /// The number of bytes of the whole message.
    private(set) var byteCount = 0

    /// A field that holds a number.
    mutating func add(_ field: Int, _ number: Int) {
        append(Self.varint(UInt64(field) << 3) + Self.varint(UInt64(bitPattern: Int64(number))))
    }

    /// A field that holds a float.
    mutating func add(_ field: Int, _ number: Float) {
        append(Self.varint(UInt64(field) << 3 | 5) + withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) })
    }

    /// A field that holds text.
    mutating func add(_ field: Int, _ text: String) {
        addHeader(field, byteCount: text.utf8.count)
        append(Array(text.utf8))
    }

    /// A field that holds a message.
    mutating func add(_ field: Int, _ message: WireMessage) {
        addHeader(field, byteCount: message.byteCount)
        for piece in message.pieces {
            switch piece {
            case .bytes(let bytes): append(bytes)
            case .elements(let tensor): append(tensor)
            }
        }
    }

    /// A field that holds the elements of a tensor as bytes.
    mutating func add(_ field: Int, elementsOf tensor: Tensor) {
        addHeader(field, byteCount: tensor.byteCount)
        append(tensor)
    }

    private mutating func addHeader(_ field: Int, byteCount: Int) {
        append(Self.varint(UInt64(field) << 3 | 2) + Self.varint(UInt64(byteCount)))
    }

    private mutating func append(_ tensor: Tensor) {
        pieces.append(.elements(tensor))
        byteCount += tensor.byteCount
    }

    private mutating func append(_ bytes: [UInt8]) {
        byteCount += bytes.count
        guard case .bytes(var last)? = pieces.last else {
            pieces.append(.bytes(bytes))
            return
        }
        pieces[pieces.count - 1] = .bytes([])
        last += bytes
        pieces[pieces.count - 1] = .bytes(last)
    }

    private static func varint(_ number: UInt64) -> [UInt8] {
        var rest = number
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
        return bytes
    }
}
