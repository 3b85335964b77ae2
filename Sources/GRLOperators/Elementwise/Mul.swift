import CKernels
package import GRLGraph

/// a · b.
package struct Mul: NumberPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Mul", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .multiply(a, b) }

    var kernels: grl_binary_kernels? { KernelTable.binary.multiply }
}
