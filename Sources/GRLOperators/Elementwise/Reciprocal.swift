package import GRLGraph

/// 1/x.
package struct Reciprocal: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Reciprocal", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { 1 / x }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.reciprocal) }
}
