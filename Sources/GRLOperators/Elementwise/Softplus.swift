package import GRLGraph
import Glibc

/// log(1 + e^x), which is max(x, 0) + log(1 + e^(−|x|)).
package struct Softplus: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Softplus", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
}
