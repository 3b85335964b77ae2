/// Brain floating point: the upper half of a `Float`, eight exponent and seven fraction bits.
public struct BFloat16: Sendable {
    /// The stored bits: sign, exponent, fraction.
    public var bitPattern: UInt16

    /// Makes a value of its bits.
    @inlinable
    public init(bitPattern: UInt16) {
        self.bitPattern = bitPattern
    }

    /// Rounds to nearest, ties to even; NaN stays NaN.
    @inlinable
    public init(_ value: Float) {
        let bits = value.bitPattern
        if value.isNaN {
            bitPattern = UInt16(truncatingIfNeeded: bits >> 16) | 0x40
        } else {
            let rounding = 0x7FFF &+ ((bits >> 16) & 1)
            bitPattern = UInt16(truncatingIfNeeded: (bits &+ rounding) >> 16)
        }
    }

    /// The value, exactly.
    @inlinable
    public var float: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

extension BFloat16: Comparable {
    /// Compares the values: zeros are equal, NaN equals nothing.
    public static func == (a: BFloat16, b: BFloat16) -> Bool { a.float == b.float }

    /// Compares the values; false when either is NaN.
    public static func < (a: BFloat16, b: BFloat16) -> Bool { a.float < b.float }
}
