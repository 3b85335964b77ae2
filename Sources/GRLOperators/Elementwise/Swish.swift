package import GRLGraph
import Glibc

/// x · sigmoid(α · x).
package struct Swish: RealFunction {
    package static let spec = OperatorSpec("Swish", versions: 24...Int.max, inputs: 1...1, writtenVersion: 24)

    package let alpha: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha)] }

    func value(at x: Double) -> Double { x / (1 + exp(-Double(alpha) * x)) }

    var kernel: UnaryKernel? { alpha == 1 ? UnaryKernel(KernelTable.unary.silu) : nil }
}
