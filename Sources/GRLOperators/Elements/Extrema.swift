extension ArithmeticElement {
    /// The larger of two numbers; NaN when either is.
    static func larger(_ a: Self, _ b: Self) -> Self { a > b || a.isNaN ? a : b }

    /// The smaller of two numbers; NaN when either is.
    static func smaller(_ a: Self, _ b: Self) -> Self { a < b || a.isNaN ? a : b }
}
