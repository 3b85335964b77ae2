package import GRLGraph
import Glibc

/// The sine of an angle in radians.
package struct Sin: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Sin", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { sin(x) }
}
