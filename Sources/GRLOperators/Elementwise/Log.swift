package import GRLGraph
import Glibc

/// The natural logarithm.
package struct Log: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Log", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { log(x) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.logarithm) }
}
