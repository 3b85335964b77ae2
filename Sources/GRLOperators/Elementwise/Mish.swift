package import GRLGraph
import Glibc

/// x · tanh(softplus(x)).
package struct Mish: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Mish", versions: 18...Int.max, inputs: 1...1, writtenVersion: 18)

    package init() {}

    func value(at x: Double) -> Double { x * tanh(Softplus().value(at: x)) }
}
