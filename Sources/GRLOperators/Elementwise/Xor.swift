package import GRLGraph

/// Whether exactly one is true.
package struct Xor: LogicalOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Xor", inputs: 2...2, writtenVersion: 7)

    package init() {}

    func value(_ a: Bool, _ b: Bool) -> Bool { a != b }
}
