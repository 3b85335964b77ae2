package import GRLGraph
import Glibc

/// The arc sine.
package struct Asin: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Asin", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { asin(x) }
}
