package import GRLGraph

/// Whether x is infinite, of one sign or of either.
package struct IsInf: FloatPredicate {
    package static let spec = OperatorSpec("IsInf", versions: 10...Int.max, inputs: 1...1, writtenVersion: 10)

    package let detectsNegative: Bool
    package let detectsPositive: Bool

    package init(_ node: inout NodeReader) throws {
        detectsNegative = try node.bool("detect_negative", default: true)
        detectsPositive = try node.bool("detect_positive", default: true)
    }

    package var attributes: [String: AttributeValue] {
        ["detect_negative": .int(detectsNegative ? 1 : 0), "detect_positive": .int(detectsPositive ? 1 : 0)]
    }

    func holds(for x: Double) -> Bool { x.isInfinite && (x < 0 ? detectsNegative : detectsPositive) }
}
