package import GRLGraph

/// x where x ≥ 0, elsewhere α · x.
package struct LeakyRelu: RealFunction {
    package static let spec = OperatorSpec("LeakyRelu", inputs: 1...1, writtenVersion: 6)
    package let alpha: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 0.01)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha)] }

    func value(at x: Double) -> Double { x < 0 ? Double(alpha) * x : x }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.leaky_relu, alpha) }
}
