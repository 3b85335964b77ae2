package import GRLGraph
import Glibc

/// The hyperbolic cosine.
package struct Cosh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Cosh", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { cosh(x) }
}
