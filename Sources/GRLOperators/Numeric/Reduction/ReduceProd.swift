package import GRLGraph

/// The product of the elements along the axes; 1 of none.
package struct ReduceProd: ReductionOperator {
    package static let spec = OperatorSpec("ReduceProd", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        values.reduce(.one, Number.multiply)
    }
}
