package import GRLGraph

/// The bits that are set in exactly one.
package struct BitwiseXor: BitPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("BitwiseXor", versions: 18...Int.max, inputs: 2...2, writtenVersion: 18)

    package init() {}

    func value<Number: IntegerElement>(_ a: Number, _ b: Number) -> Number { a ^ b }
}
