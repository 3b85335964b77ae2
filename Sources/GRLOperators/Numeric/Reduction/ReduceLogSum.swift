package import GRLGraph
import Glibc

/// The logarithm of the sum along the axes; −∞ of none.
package struct ReduceLogSum: ReductionOperator {
    package static let spec = OperatorSpec("ReduceLogSum", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        Number(nearest: log(values.reduce(.zero, Number.add).double))
    }

    var kernel: ReductionKernel? {
        ReductionKernel(
            KernelTable.reduce.sum, combine: KernelTable.binary.add, finish: UnaryKernel(KernelTable.unary.logarithm))
    }
}
