package import GRLGraph
import Glibc

/// The inverse hyperbolic tangent.
package struct Atanh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Atanh", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { atanh(x) }
}
