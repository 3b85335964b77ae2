import CKernels
package import GRLGraph

/// a / b; integers round towards zero, and divided by zero they are 0.
package struct Div: NumberPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Div", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .divide(a, b) }

    var kernels: grl_binary_kernels? { KernelTable.binary.divide }
}
