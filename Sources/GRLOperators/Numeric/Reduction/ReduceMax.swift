package import GRLGraph

/// The largest element along the axes, NaN where one is; the lowest value of the type of none.
package struct ReduceMax: ReductionOperator {
    package static let spec = OperatorSpec("ReduceMax", inputs: 1...2, writtenVersion: 18)
    static let inputTypes = ElementTypeClass.numbersAndBool

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.lowest, Number.larger)
    }

    var kernel: ReductionKernel? {
        ReductionKernel(KernelTable.reduce.maximum, combine: KernelTable.binary.maximum)
    }
}
