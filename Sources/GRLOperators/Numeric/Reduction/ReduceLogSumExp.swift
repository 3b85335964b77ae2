package import GRLGraph
import Glibc

/// log Σ e^x along the axes; −∞ of none.
package struct ReduceLogSumExp: ReductionOperator {
    package static let spec = OperatorSpec("ReduceLogSumExp", inputs: 1...2, writtenVersion: 18)

    package let options: ReductionOptions

    package init(_ options: ReductionOptions) {
        self.options = options
    }

    /// The largest element is subtracted before the exponential, so that it cannot overflow.
    func reduce<Number: ArithmeticElement>(_ values: UnsafeBufferPointer<Number>) -> Number {
        let numbers = values.map(\.double)
        let largest = numbers.reduce(-.infinity, Double.larger)
        guard largest.isFinite else { return Number(nearest: numbers.reduce(largest) { $1.isNaN ? $1 : $0 }) }
        return Number(nearest: largest + log(numbers.reduce(0) { $0 + exp($1 - largest) }))
    }
}
