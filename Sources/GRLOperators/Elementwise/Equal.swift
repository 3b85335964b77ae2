package import GRLGraph

/// Whether a = b.
package struct Equal: ComparisonOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Equal", inputs: 2...2, writtenVersion: 7)
    static let inputTypes = ElementTypeClass.numbersAndBool

    package init() {}

    func holds<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a == b }
}
