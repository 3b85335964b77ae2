import GRLGraph
import GRLTensor

/// Code that is compiled for every element type that can be calculated with.
protocol ArithmeticVisitor {
    associatedtype Result
    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws -> Result
}

/// Code that is compiled for every floating-point element type.
protocol FloatingVisitor {
    associatedtype Result
    func visit<Element: FloatingElement>(_ type: Element.Type) throws -> Result
}

/// Code that is compiled for every whole-number element type.
protocol IntegerVisitor {
    associatedtype Result
    func visit<Element: IntegerElement>(_ type: Element.Type) throws -> Result
}

/// Code that moves elements without looking at them, compiled once per element size.
protocol BitsVisitor {
    associatedtype Result
    /// - Parameter type: the unsigned integer as wide as an element.
    func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws -> Result
}

extension ElementType {
    /// - Throws: `DTYPE` for `bool` and 4-bit types, and what the visitor throws.
    func visitArithmetic<Visitor: ArithmeticVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
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
        case .bool, .int4, .uint4: throw unsupported("numbers")
        }
    }

    /// - Throws: `DTYPE` for types that are not floating point, and what the visitor throws.
    func visitFloating<Visitor: FloatingVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
        switch self {
        case .float32: try visitor.visit(Float.self)
        case .float64: try visitor.visit(Double.self)
        case .float16: try visitor.visit(Float16.self)
        case .bfloat16: try visitor.visit(BFloat16.self)
        default: throw unsupported("floating-point numbers")
        }
    }

    /// - Throws: `DTYPE` for types that are no integers of at least eight bits, and what the visitor throws.
    func visitInteger<Visitor: IntegerVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
        switch self {
        case .int8: try visitor.visit(Int8.self)
        case .int16: try visitor.visit(Int16.self)
        case .int32: try visitor.visit(Int32.self)
        case .int64: try visitor.visit(Int64.self)
        case .uint8: try visitor.visit(UInt8.self)
        case .uint16: try visitor.visit(UInt16.self)
        case .uint32: try visitor.visit(UInt32.self)
        case .uint64: try visitor.visit(UInt64.self)
        default: throw unsupported("integers")
        }
    }

    /// - Throws: what the visitor throws.
    func visitBits<Visitor: BitsVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
        switch byteCount {
        case 1: try visitor.visit(UInt8.self)
        case 2: try visitor.visit(UInt16.self)
        case 4: try visitor.visit(UInt32.self)
        default: try visitor.visit(UInt64.self)
        }
    }

    private func unsupported(_ expected: String) -> OperatorError {
        OperatorError(.elementType, "the element type is \(self), expected \(expected)")
    }
}

extension Tensor {
    /// Calls `body` with the elements as unsigned integers of the same width.
    ///
    /// - Throws: what `body` throws.
    func withBits<Bits, Result>(
        of type: Bits.Type, _ body: (UnsafeBufferPointer<Bits>) throws -> Result
    ) rethrows -> Result {
        try withBytes { try body($0.bindMemory(to: type)) }
    }

    /// Calls `body` with the elements, as unsigned integers of the same width, of a tensor that nobody else holds.
    ///
    /// - Throws: what `body` throws.
    func withMutableBits<Bits, Result>(
        of type: Bits.Type, _ body: (UnsafeMutableBufferPointer<Bits>) throws -> Result
    ) rethrows -> Result {
        try withMutableBytes { try body($0.bindMemory(to: type)) }
    }
}
