package import GRLGraph
import Glibc

/// The hyperbolic sine.
package struct Sinh: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Sinh", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { sinh(x) }
}
