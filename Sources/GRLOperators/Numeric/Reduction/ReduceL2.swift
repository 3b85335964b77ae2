package import GRLGraph

/// The square root of the sum of the squares along the axes; 0 of none.
package struct ReduceL2: ReductionOperator {
    package static let spec = OperatorSpec("ReduceL2", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        Number(nearest: values.reduce(0) { $0 + $1.double * $1.double }.squareRoot())
    }

    var kernel: ReductionKernel? {
        ReductionKernel(
            KernelTable.reduce.sum_of_squares, prepare: UnaryKernel(KernelTable.unary.square),
            combine: KernelTable.binary.add, finish: UnaryKernel(KernelTable.unary.square_root))
    }
}
