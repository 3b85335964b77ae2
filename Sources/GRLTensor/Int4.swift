/// A signed four-bit integer, −8 to 7, in a byte of its own.
public struct Int4: Sendable, Hashable {
    /// The value, −8 to 7.
    public var value: Int8

    /// Keeps the low four bits, sign-extended.
    @inlinable
    public init(truncating bits: UInt8) {
        value = Int8(bitPattern: bits << 4) >> 4
    }
}

/// An unsigned four-bit integer, 0 to 15, in a byte of its own.
public struct UInt4: Sendable, Hashable {
    /// The value, 0 to 15.
    public var value: UInt8

    /// Keeps the low four bits.
    @inlinable
    public init(truncating bits: UInt8) {
        value = bits & 0x0F
    }
}
