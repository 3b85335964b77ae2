package import GRLGraph

/// x where x > α, elsewhere 0.
package struct ThresholdedRelu: RealFunction {
    package static let spec = OperatorSpec("ThresholdedRelu", versions: 10...Int.max, inputs: 1...1, writtenVersion: 10)
    package let alpha: Float

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["alpha": .float(alpha)] }

    func value(at x: Double) -> Double { x > Double(alpha) ? x : 0 }
}
