package import GRLGraph

/// The sum of the absolute values along the axes; 0 of none.
package struct ReduceL1: ReductionOperator {
    package static let spec = OperatorSpec("ReduceL1", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.zero) { .add($0, Abs().value(at: $1)) }
    }
}
