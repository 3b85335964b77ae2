package import GRLGraph
import Glibc

/// The inverse hyperbolic sine.
package struct Asinh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Asinh", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { asinh(x) }
}
