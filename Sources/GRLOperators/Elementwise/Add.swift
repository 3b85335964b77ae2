import CKernels
package import GRLGraph

/// a + b.
package struct Add: NumberPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Add", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .add(a, b) }

    var kernels: grl_binary_kernels? { KernelTable.binary.add }
}
