package import GRLGraph
import Glibc

/// The hyperbolic tangent.
package struct Tanh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Tanh", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { tanh(x) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.tanh) }
}
