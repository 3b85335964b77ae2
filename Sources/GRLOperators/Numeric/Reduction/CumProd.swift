package import GRLGraph

/// The product of all elements up to each one, along an axis.
package struct CumProd: CumulativeOperator {
    package static let spec = OperatorSpec("CumProd", versions: 26...Int.max, inputs: 2...2, writtenVersion: 26)

    package let options: CumulativeOptions

    package init(_ options: CumulativeOptions) {
        self.options = options
    }

    func start<Number: ArithmeticElement>() -> Number { .one }

    func combine<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .multiply(a, b) }
}
