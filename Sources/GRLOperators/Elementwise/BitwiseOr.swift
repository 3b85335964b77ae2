package import GRLGraph

/// The bits that are set in one or both.
package struct BitwiseOr: BitPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("BitwiseOr", versions: 18...Int.max, inputs: 2...2, writtenVersion: 18)

    package init() {}

    func value<Number: IntegerElement>(_ a: Number, _ b: Number) -> Number { a | b }
}
