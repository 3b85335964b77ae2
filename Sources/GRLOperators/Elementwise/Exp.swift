package import GRLGraph
import Glibc

/// e to the power of x.
package struct Exp: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Exp", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { exp(x) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.exponential) }
}
