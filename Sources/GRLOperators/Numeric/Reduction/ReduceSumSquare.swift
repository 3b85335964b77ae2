package import GRLGraph

/// The sum of the squares along the axes; 0 of none.
package struct ReduceSumSquare: ReductionOperator {
    package static let spec = OperatorSpec("ReduceSumSquare", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.zero) { .add($0, .multiply($1, $1)) }
    }

    var kernel: ReductionKernel? {
        ReductionKernel(
            KernelTable.reduce.sum_of_squares, prepare: UnaryKernel(KernelTable.unary.square),
            combine: KernelTable.binary.add)
    }
}
