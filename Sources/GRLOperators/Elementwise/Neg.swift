package import GRLGraph

/// −x; the smallest signed integer stays as it is.
package struct Neg: NumberFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Neg", inputs: 1...1)
    static let inputTypes = ElementTypeClass.signedNumbers

    package init() {}

    func value<Number: ArithmeticElement>(at x: Number) -> Number {
        .multiply(x, .subtract(.zero, .one))
    }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.negate) }
}
