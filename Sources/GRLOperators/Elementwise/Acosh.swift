package import GRLGraph
import Glibc

/// The inverse hyperbolic cosine.
package struct Acosh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Acosh", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { acosh(x) }
}
