package import GRLGraph
import Glibc

/// The cosine of an angle in radians.
package struct Cos: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Cos", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { cos(x) }
}
