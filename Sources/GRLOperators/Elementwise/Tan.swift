package import GRLGraph
import Glibc

/// The tangent of an angle in radians.
package struct Tan: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Tan", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { tan(x) }
}
