package import GRLGraph
import Glibc

/// The arc tangent.
package struct Atan: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Atan", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { atan(x) }
}
