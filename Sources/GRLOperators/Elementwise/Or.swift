package import GRLGraph

/// Whether one or both are true.
package struct Or: LogicalOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Or", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value(_ a: Bool, _ b: Bool) -> Bool { a || b }
}
