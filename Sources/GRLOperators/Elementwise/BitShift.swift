package import GRLGraph

/// The bits of a moved by b places; those that leave the type are lost.
package struct BitShift: BitPairOperator {
    package static let spec = OperatorSpec("BitShift", versions: 11...Int.max, inputs: 2...2, writtenVersion: 11)
    static let inputTypes = ElementTypeClass.unsignedIntegers

    /// Which way the bits move.
    package enum Direction: String, Sendable, CaseIterable {
        /// To higher places.
        case left = "LEFT"
        /// To lower places.
        case right = "RIGHT"
    }

    package let direction: Direction

    package init(_ node: inout NodeReader) throws {
        guard node.has("direction") else { throw OperatorError(.attribute, "attribute direction is missing") }
        direction = try node.choice("direction", default: .left)
    }

    package var attributes: [String: AttributeValue] { ["direction": .string(direction.rawValue)] }

    func value<Number: IntegerElement>(_ a: Number, _ b: Number) -> Number {
        switch direction {
        case .left: a << b
        case .right: a >> b
        }
    }
}
