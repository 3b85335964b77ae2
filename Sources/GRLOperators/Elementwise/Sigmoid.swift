package import GRLGraph
import Glibc

/// 1 / (1 + e^(−x)).
package struct Sigmoid: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Sigmoid", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { 1 / (1 + exp(-x)) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.sigmoid) }
}
