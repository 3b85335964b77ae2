package import GRLGraph

/// The mean of the elements along the axes; NaN, in integers 0, of none.
package struct ReduceMean: ReductionOperator {
    package static let spec = OperatorSpec("ReduceMean", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        .divide(values.reduce(.zero, Number.add), Number(nearest: Double(values.count)))
    }

    var kernel: ReductionKernel? {
        ReductionKernel(KernelTable.reduce.mean, combine: KernelTable.binary.add, isMean: true)
    }
}
