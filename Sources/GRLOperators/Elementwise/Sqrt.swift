package import GRLGraph

/// The square root; NaN for negative numbers.
package struct Sqrt: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Sqrt", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { x.squareRoot() }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.square_root) }
}
