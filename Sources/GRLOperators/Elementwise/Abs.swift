package import GRLGraph

/// |x|; the smallest signed integer stays as it is.
package struct Abs: NumberFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Abs", inputs: 1...1)

    package init() {}

    func value<Number: ArithmeticElement>(at x: Number) -> Number {
        x <= .zero ? .subtract(.zero, x) : x
    }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.absolute) }
}
