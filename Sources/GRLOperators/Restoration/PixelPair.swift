package import GRLGraph

/// Two numbers, for the rows and the columns of an image.
package struct PixelPair: Sendable, Hashable, CustomStringConvertible {
    package let y: Int
    package let x: Int

    package init(_ y: Int, _ x: Int) {
        self.y = y
        self.x = x
    }

    /// As an attribute: [y, x].
    package var attribute: AttributeValue { .ints([y, x]) }

    /// For example `16 x 32`.
    package var description: String { "\(y) x \(x)" }
}

extension NodeReader {
    /// An attribute of two ints, for rows and columns.
    ///
    /// - Parameter fallback: what it is where it is left out; nil if it must be there.
    /// - Throws: `ATTR_TYPE` when it is missing or no list of ints, `ATTR_VALUE` when it holds another number of ints,
    ///   or one outside `minimum` ... 2^31 - 1.
    mutating func pixelPair(
        _ name: String, atLeast minimum: Int, default fallback: PixelPair? = nil
    ) throws -> PixelPair {
        guard let values = try ints(name) else { return try required(name, fallback) }
        guard values.count == 2 else {
            throw OperatorError(
                .attributeValue, "attribute \(name) has \(values.count) numbers, expected 2, for rows and columns")
        }
        for value in values where value < minimum || value > Int(Int32.max) {
            throw OperatorError(
                .attributeValue, "attribute \(name) holds \(value), expected \(minimum) to \(Int32.max)")
        }
        return PixelPair(values[0], values[1])
    }
}
