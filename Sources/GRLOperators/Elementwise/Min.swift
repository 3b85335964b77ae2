import CKernels
package import GRLGraph

/// The smallest of all inputs; NaN where one is.
package struct Min: VariadicOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Min", inputs: 1...OperatorSpec.unbounded, writtenVersion: 13)
    static let inputTypes = ElementTypeClass.numbers

    package init() {}

    var step: Step { Step() }

    struct Step: NumberPairFunction {
        func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .smaller(a, b) }

        var kernels: grl_binary_kernels? { KernelTable.binary.minimum }
    }
}
