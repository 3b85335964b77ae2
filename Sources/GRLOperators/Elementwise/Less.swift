package import GRLGraph

/// Whether a < b.
package struct Less: ComparisonOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Less", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a < b }
}
