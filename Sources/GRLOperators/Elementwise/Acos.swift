package import GRLGraph
import Glibc

/// The arc cosine.
package struct Acos: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Acos", inputs: 1...1, writtenVersion: 7)

    package init() {}

    func value(at x: Double) -> Double { acos(x) }
}
