// The requirement's comment serves its implementations too.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

/// A Swift type whose values a ``Tensor`` can hold.
public protocol TensorElement: Sendable, Equatable {
    /// The element type that tensors of this Swift type have.
    static var elementType: ElementType { get }
}

extension Float: TensorElement {
    public static var elementType: ElementType { .float32 }
}
extension Double: TensorElement {
    public static var elementType: ElementType { .float64 }
}
extension Float16: TensorElement {
    public static var elementType: ElementType { .float16 }
}
extension BFloat16: TensorElement {
    public static var elementType: ElementType { .bfloat16 }
}
extension Int8: TensorElement {
    public static var elementType: ElementType { .int8 }
}
extension Int16: TensorElement {
    public static var elementType: ElementType { .int16 }
}
extension Int32: TensorElement {
    public static var elementType: ElementType { .int32 }
}
extension Int64: TensorElement {
    public static var elementType: ElementType { .int64 }
}
extension UInt8: TensorElement {
    public static var elementType: ElementType { .uint8 }
}
extension UInt16: TensorElement {
    public static var elementType: ElementType { .uint16 }
}
extension UInt32: TensorElement {
    public static var elementType: ElementType { .uint32 }
}
extension UInt64: TensorElement {
    public static var elementType: ElementType { .uint64 }
}
extension Bool: TensorElement {
    public static var elementType: ElementType { .bool }
}
extension Int4: TensorElement {
    public static var elementType: ElementType { .int4 }
}
extension UInt4: TensorElement {
    public static var elementType: ElementType { .uint4 }
}
