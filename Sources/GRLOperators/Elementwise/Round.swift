package import GRLGraph

/// The nearest integer; halves go to the even one.
package struct Round: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Round", versions: 11...Int.max, inputs: 1...1, writtenVersion: 11)

    package init() {}

    func value(at x: Double) -> Double { x.rounded(.toNearestOrEven) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.round_even) }
}
