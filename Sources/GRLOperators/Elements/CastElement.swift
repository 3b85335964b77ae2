import GRLGraph
import GRLTensor

/// A number of any element type, exactly.
enum WideNumber {
    case real(Double)
    case signed(Int64)
    case unsigned(UInt64)
}

/// An element type that is cast to and from by the rules of ONNX: integers that do not fit lose their high bits, real
/// numbers that do not fit become infinite in floating-point types; any number but zero is true. Where the rules leave
/// it open, NaN becomes 0 in integers, and real numbers that do not fit become the nearest bound, in 4-bit types of the
/// 64-bit integers, of which the high bits are then lost.
protocol CastElement: TensorElement {
    var wide: WideNumber { get }
    init(cast number: WideNumber)
}

extension CastElement where Self: IntegerElement {
    var wide: WideNumber {
        Self.isSigned ? .signed(Int64(truncatingIfNeeded: self)) : .unsigned(UInt64(truncatingIfNeeded: self))
    }

    init(cast number: WideNumber) {
        switch number {
        case .real(let value): self.init(nearest: value)
        case .signed(let value): self.init(truncatingIfNeeded: value)
        case .unsigned(let value): self.init(truncatingIfNeeded: value)
        }
    }
}

extension CastElement where Self: BinaryFloatingPoint {
    var wide: WideNumber { .real(Double(self)) }

    init(cast number: WideNumber) {
        switch number {
        case .real(let value): self.init(value)
        case .signed(let value): self.init(value)
        case .unsigned(let value): self.init(value)
        }
    }
}

extension Float: CastElement {}
extension Double: CastElement {}
extension Float16: CastElement {}
extension Int8: CastElement {}
extension Int16: CastElement {}
extension Int32: CastElement {}
extension Int64: CastElement {}
extension UInt8: CastElement {}
extension UInt16: CastElement {}
extension UInt32: CastElement {}
extension UInt64: CastElement {}

extension BFloat16: CastElement {
    var wide: WideNumber { .real(Double(float)) }
    init(cast number: WideNumber) { self.init(Float(cast: number)) }
}

extension Bool: CastElement {
    var wide: WideNumber { .unsigned(self ? 1 : 0) }

    init(cast number: WideNumber) {
        switch number {
        case .real(let value): self = value != 0
        case .signed(let value): self = value != 0
        case .unsigned(let value): self = value != 0
        }
    }
}

extension Int4: CastElement {
    var wide: WideNumber { .signed(Int64(value)) }

    init(cast number: WideNumber) {
        switch number {
        case .real(let value): self.init(truncating: UInt8(truncatingIfNeeded: Int64(nearest: value)))
        case .signed(let value): self.init(truncating: UInt8(truncatingIfNeeded: value))
        case .unsigned(let value): self.init(truncating: UInt8(truncatingIfNeeded: value))
        }
    }
}

extension UInt4: CastElement {
    var wide: WideNumber { .unsigned(UInt64(value)) }

    init(cast number: WideNumber) {
        switch number {
        case .real(let value): self.init(truncating: UInt8(truncatingIfNeeded: Int64(nearest: value)))
        case .signed(let value): self.init(truncating: UInt8(truncatingIfNeeded: value))
        case .unsigned(let value): self.init(truncating: UInt8(truncatingIfNeeded: value))
        }
    }
}

/// Code that is compiled for every element type.
protocol CastVisitor {
    associatedtype Result
    func visit<Element: CastElement>(_ type: Element.Type) throws -> Result
}

extension ElementType {
    /// - Throws: what the visitor throws.
    func visitCast<Visitor: CastVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
        switch self {
        case .float32: try visitor.visit(Float.self)
        case .float64: try visitor.visit(Double.self)
        case .float16: try visitor.visit(Float16.self)
        case .bfloat16: try visitor.visit(BFloat16.self)
        case .int8: try visitor.visit(Int8.self)
        case .int16: try visitor.visit(Int16.self)
        case .int32: try visitor.visit(Int32.self)
        case .int64: try visitor.visit(Int64.self)
        case .uint8: try visitor.visit(UInt8.self)
        case .uint16: try visitor.visit(UInt16.self)
        case .uint32: try visitor.visit(UInt32.self)
        case .uint64: try visitor.visit(UInt64.self)
        case .bool: try visitor.visit(Bool.self)
        case .int4: try visitor.visit(Int4.self)
        case .uint4: try visitor.visit(UInt4.self)
        }
    }
}
