package import GRLGraph

/// The sum of the elements along the axes; 0 of none.
package struct ReduceSum: ReductionOperator {
    package static let spec = OperatorSpec("ReduceSum", inputs: 1...2, writtenVersion: 13)
    static let axesInputVersion = 13

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.zero, Number.add)
    }

    var kernel: ReductionKernel? {
        ReductionKernel(KernelTable.reduce.sum, combine: KernelTable.binary.add)
    }
}
