import GRLTensor

/// An element type that operators calculate with. Integers wrap around; nothing traps.
protocol ArithmeticElement: TensorElement, Comparable {
    static var zero: Self { get }
    static var one: Self { get }
    static func add(_ a: Self, _ b: Self) -> Self
    static func subtract(_ a: Self, _ b: Self) -> Self
    static func multiply(_ a: Self, _ b: Self) -> Self
    /// The quotient; integers round towards zero, and an integer divided by zero is 0.
    static func divide(_ a: Self, _ b: Self) -> Self
    /// What is left of `a` after division, with the sign of `a`; 0 for an integer divided by zero.
    static func remainder(_ a: Self, _ b: Self) -> Self
    /// The smallest and the largest value; infinities for floating point.
    static var lowest: Self { get }
    static var highest: Self { get }
    var isNaN: Bool { get }
    /// The value as `Double`; integers beyond 2^53 round.
    var double: Double { get }
    /// The nearest value of this type: integers round towards zero and clamp, NaN becomes 0 in integers.
    init(nearest value: Double)
}

/// A floating-point element type: computed in `Float` or `Double`, stored rounded.
protocol FloatingElement: ArithmeticElement {
    /// The type that formulas are evaluated in.
    associatedtype Compute: BinaryFloatingPoint & ArithmeticElement
    init(compute: Compute)
    var compute: Compute { get }
}

/// A whole-number element type.
protocol IntegerElement: ArithmeticElement, FixedWidthInteger {}

extension IntegerElement {
    static var one: Self { 1 }
    static func add(_ a: Self, _ b: Self) -> Self { a &+ b }
    static func subtract(_ a: Self, _ b: Self) -> Self { a &- b }
    static func multiply(_ a: Self, _ b: Self) -> Self { a &* b }
    static func divide(_ a: Self, _ b: Self) -> Self { b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue }
    static func remainder(_ a: Self, _ b: Self) -> Self {
        b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
    }
    static var lowest: Self { min }
    static var highest: Self { max }
    var isNaN: Bool { false }
    var double: Double { Double(self) }
    init(nearest value: Double) {
        // The upper bound, one above the largest value, is exact. Where the lower one is not, it is the smallest value,
        // which is what the other branch gives for it.
        if value > Double(Self.min) - 1 && value < Double(Self.max / 2 + 1) * 2 {
            self.init(value)
        } else {
            self = value.isNaN ? 0 : value < 0 ? .min : .max
        }
    }
}

extension Int8: IntegerElement {}
extension Int16: IntegerElement {}
extension Int32: IntegerElement {}
extension Int64: IntegerElement {}
extension UInt8: IntegerElement {}
extension UInt16: IntegerElement {}
extension UInt32: IntegerElement {}
extension UInt64: IntegerElement {}

extension ArithmeticElement where Self: BinaryFloatingPoint {
    static var one: Self { 1 }
    static func add(_ a: Self, _ b: Self) -> Self { a + b }
    static func subtract(_ a: Self, _ b: Self) -> Self { a - b }
    static func multiply(_ a: Self, _ b: Self) -> Self { a * b }
    static func divide(_ a: Self, _ b: Self) -> Self { a / b }
    static func remainder(_ a: Self, _ b: Self) -> Self { a.truncatingRemainder(dividingBy: b) }
    static var lowest: Self { -.infinity }
    static var highest: Self { .infinity }
    var double: Double { Double(self) }
    init(nearest value: Double) { self.init(value) }
}

extension Float: FloatingElement {
    init(compute: Float) { self = compute }
    var compute: Float { self }
}

extension Double: FloatingElement {
    init(compute: Double) { self = compute }
    var compute: Double { self }
}

extension Float16: FloatingElement {
    init(compute: Float) { self.init(compute) }
    var compute: Float { Float(self) }
}

extension BFloat16: FloatingElement {
    static var zero: BFloat16 { BFloat16(0) }
    static var one: BFloat16 { BFloat16(1) }
    static func add(_ a: BFloat16, _ b: BFloat16) -> BFloat16 { BFloat16(a.float + b.float) }
    static func subtract(_ a: BFloat16, _ b: BFloat16) -> BFloat16 { BFloat16(a.float - b.float) }
    static func multiply(_ a: BFloat16, _ b: BFloat16) -> BFloat16 { BFloat16(a.float * b.float) }
    static func divide(_ a: BFloat16, _ b: BFloat16) -> BFloat16 { BFloat16(a.float / b.float) }
    static func remainder(_ a: BFloat16, _ b: BFloat16) -> BFloat16 {
        BFloat16(a.float.truncatingRemainder(dividingBy: b.float))
    }
    static var lowest: BFloat16 { BFloat16(-.infinity) }
    static var highest: BFloat16 { BFloat16(.infinity) }
    var isNaN: Bool { float.isNaN }
    var double: Double { Double(float) }
    init(nearest value: Double) { self.init(Float(value)) }
    init(compute: Float) { self.init(compute) }
    var compute: Float { float }
}
