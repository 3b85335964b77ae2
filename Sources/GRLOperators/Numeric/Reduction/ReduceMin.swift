package import GRLGraph

/// The smallest element along the axes, NaN where one is; the highest value of the type of none.
package struct ReduceMin: ReductionOperator {
    package static let spec = OperatorSpec("ReduceMin", inputs: 1...2, writtenVersion: 18)
    static let inputTypes = ElementTypeClass.numbersAndBool

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.highest, Number.smaller)
    }

    var kernel: ReductionKernel? {
        ReductionKernel(KernelTable.reduce.minimum, combine: KernelTable.binary.minimum)
    }
}
