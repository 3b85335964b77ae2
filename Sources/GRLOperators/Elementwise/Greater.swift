package import GRLGraph

/// Whether a > b.
package struct Greater: ComparisonOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Greater", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a > b }
}
