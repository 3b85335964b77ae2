package import GRLGraph

/// The largest integer that is not above x.
package struct Floor: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Floor", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { x.rounded(.down) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.floor) }
}
