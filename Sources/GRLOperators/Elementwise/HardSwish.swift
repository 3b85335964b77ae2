package import GRLGraph

/// x · min(max(x/6 + 1/2, 0), 1).
package struct HardSwish: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("HardSwish", versions: 14...Int.max, inputs: 1...1, writtenVersion: 14)

    package init() {}

    func value(at x: Double) -> Double { x * min(max(x / 6 + 0.5, 0), 1) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.hard_swish, 1 / 6, 0.5) }
}
