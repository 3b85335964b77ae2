package import GRLGraph

/// Whether a ≥ b.
package struct GreaterOrEqual: ComparisonOperator, AttributelessOperator {
    package static let spec = OperatorSpec("GreaterOrEqual", versions: 12...Int.max, inputs: 2...2, writtenVersion: 12)

    package init() {}

    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a >= b }
}
