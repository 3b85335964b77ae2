package import GRLGraph

/// min(max(α · x + β, 0), 1).
package struct HardSigmoid: RealFunction {
    package static let spec = OperatorSpec("HardSigmoid", inputs: 1...1, writtenVersion: 6)
    package let alpha: Float
    package let beta: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 0.2)
        beta = try node.float("beta", default: 0.5)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha), "beta": .float(beta)] }

    func value(at x: Double) -> Double { min(max(Double(alpha) * x + Double(beta), 0), 1) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.hard_sigmoid, alpha, beta) }
}
