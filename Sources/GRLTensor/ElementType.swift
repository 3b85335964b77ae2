/// The type of a tensor's elements, as ONNX stores them.
public enum ElementType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case float32, float64, float16, bfloat16
    case int8, int16, int32, int64
    case uint8, uint16, uint32, uint64
    case bool
    /// Four-bit integers; in memory one element takes one byte (see ``Int4`` and ``UInt4``).
    case int4, uint4

    /// Bytes that one element takes in memory.
    public var byteCount: Int {
        switch self {
        case .int8, .uint8, .bool, .int4, .uint4: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// Whether the type is a floating-point type.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float64, .float16, .bfloat16: true
        default: false
        }
    }

    /// Whether the type is a signed or unsigned integer type (`bool` is not).
    public var isInteger: Bool { !isFloatingPoint && self != .bool }

    /// The type's name, for example `float32`.
    public var description: String { rawValue }
}
