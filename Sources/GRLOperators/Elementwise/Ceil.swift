package import GRLGraph

/// The smallest integer that is not below x.
package struct Ceil: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Ceil", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { x.rounded(.up) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.ceiling) }
}
