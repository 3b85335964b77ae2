package import GRLGraph

/// Whether both are true.
package struct And: LogicalOperator, AttributelessOperator {
    package static let spec = OperatorSpec("And", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value(_ a: Bool, _ b: Bool) -> Bool { a && b }
}
