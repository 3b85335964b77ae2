package import GRLGraph
import Glibc

/// max(x, 0) + min(0, α · (e^(x/α) − 1)).
package struct Celu: RealFunction {
    package static let spec = OperatorSpec("Celu", versions: 12...Int.max, inputs: 1...1, writtenVersion: 12)
    package let alpha: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha)] }

    func value(at x: Double) -> Double { x >= 0 ? x : Double(alpha) * expm1(x / Double(alpha)) }
}
