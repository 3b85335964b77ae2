import CKernels
package import GRLGraph

/// a − b.
package struct Sub: NumberPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Sub", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .subtract(a, b) }

    var kernels: grl_binary_kernels? { KernelTable.binary.subtract }
}
