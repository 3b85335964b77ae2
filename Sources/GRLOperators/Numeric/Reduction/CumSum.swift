package import GRLGraph

/// The sum of all elements up to each one, along an axis.
package struct CumSum: CumulativeOperator {
    package static let spec = OperatorSpec("CumSum", versions: 11...Int.max, inputs: 2...2, writtenVersion: 14)

    package let options: CumulativeOptions

    package init(_ options: CumulativeOptions) {
        self.options = options
    }

    func start<Number: ArithmeticElement>() -> Number { .zero }

    func combine<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number { .add(a, b) }
}
