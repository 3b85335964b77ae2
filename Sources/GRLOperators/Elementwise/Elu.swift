package import GRLGraph
import Glibc

/// x where x ≥ 0, elsewhere α · (e^x − 1).
package struct Elu: RealFunction {
    package static let spec = OperatorSpec("Elu", inputs: 1...1, writtenVersion: 6)
    package let alpha: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha)] }

    func value(at x: Double) -> Double { x >= 0 ? x : Double(alpha) * expm1(x) }
}
