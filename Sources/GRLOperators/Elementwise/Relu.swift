package import GRLGraph

/// max(x, 0).
package struct Relu: NumberFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Relu", inputs: 1...1)

    package init() {}

    func value<Number: ArithmeticElement>(at x: Number) -> Number {
        x < .zero ? .zero : x
    }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.relu) }
}
