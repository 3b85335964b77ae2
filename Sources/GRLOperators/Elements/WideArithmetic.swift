import GRLGraph
import GRLTensor

/// Sums and products of elements in a type that holds them well: floating point in `Double`, rounded once at the end;
/// integers in themselves, wrapping around.
protocol WideArithmetic {
    associatedtype Element: ArithmeticElement
    associatedtype Wide
    static var zero: Wide { get }
    static var one: Wide { get }
    static func widen(_ element: Element) -> Wide
    static func add(_ a: Wide, _ b: Wide) -> Wide
    static func multiply(_ a: Wide, _ b: Wide) -> Wide
    static func narrow(_ value: Wide) -> Element
}

/// Floating-point elements, calculated with in `Double`.
enum WideFloating<Element: FloatingElement>: WideArithmetic {
    static var zero: Double { 0 }
    static var one: Double { 1 }
    static func widen(_ element: Element) -> Double { element.double }
    static func add(_ a: Double, _ b: Double) -> Double { a + b }
    static func multiply(_ a: Double, _ b: Double) -> Double { a * b }
    static func narrow(_ value: Double) -> Element { Element(nearest: value) }
}

/// Integers, calculated with in their own type.
enum WideInteger<Element: IntegerElement>: WideArithmetic {
    static var zero: Element { 0 }
    static var one: Element { 1 }
    static func widen(_ element: Element) -> Element { element }
    static func add(_ a: Element, _ b: Element) -> Element { a &+ b }
    static func multiply(_ a: Element, _ b: Element) -> Element { a &* b }
    static func narrow(_ value: Element) -> Element { value }
}

/// Code that is compiled for the arithmetic of every element type.
protocol WideVisitor {
    associatedtype Result
    func visit<Arithmetic: WideArithmetic>(_ type: Arithmetic.Type) throws -> Result
}

extension ElementType {
    /// - Throws: `DTYPE` for `bool` and 4-bit types, and what the visitor throws.
    func visitWide<Visitor: WideVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
        if isFloatingPoint { return try visitFloating(FloatingAdapter(visitor: visitor)) }
        return try visitInteger(IntegerAdapter(visitor: visitor))
    }
}

private struct FloatingAdapter<Visitor: WideVisitor>: FloatingVisitor {
    let visitor: Visitor
    func visit<Element: FloatingElement>(_ type: Element.Type) throws -> Visitor.Result {
        try visitor.visit(WideFloating<Element>.self)
    }
}

private struct IntegerAdapter<Visitor: WideVisitor>: IntegerVisitor {
    let visitor: Visitor
    func visit<Element: IntegerElement>(_ type: Element.Type) throws -> Visitor.Result {
        try visitor.visit(WideInteger<Element>.self)
    }
}
