package import GRLGraph
import Glibc

/// γ · x where x > 0, elsewhere γ · α · (e^x − 1).
package struct Selu: RealFunction {
    package static let spec = OperatorSpec("Selu", inputs: 1...1, writtenVersion: 6)
    package let alpha: Float
    package let gamma: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1.67326319217681884765625)
        gamma = try node.float("gamma", default: 1.05070102214813232421875)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha), "gamma": .float(gamma)] }

    func value(at x: Double) -> Double { Double(gamma) * (x > 0 ? x : Double(alpha) * expm1(x)) }
}
