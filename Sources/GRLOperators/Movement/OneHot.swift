package import GRLGraph
package import GRLTensor

/// A new axis of length `depth` in which the place that an index names holds the second of two values, all others the
/// first. Inputs: indices, depth, values `[off, on]`.
package struct OneHot: Operator {
    package static let spec = OperatorSpec("OneHot", inputs: 3...3, writtenVersion: 11)

    /// Where the new axis stands in the output.
    package let axis: Int

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: -1)
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        var dimensions = try context.shape(0).dimensions
        let axis = try Shape.normalizedAxis(axis, rank: dimensions.count + 1)
        let values = try context.type(2)
        guard values.shape.count == 2 else {
            throw OperatorError(.shape, "the values are \(values), expected two, for off and on")
        }
        guard let depth = try context.constant(1)?.doubles() else { return [nil] }
        guard depth.count == 1, depth[0] >= 0 else {
            throw OperatorError(.value, "the depth is \(depth), expected one number that is not negative")
        }
        dimensions.insert(try Checked.integer(depth[0]), at: axis)
        return [try TensorType(values.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let output = try context.allocate(outputType(context))
        let axis = try output.shape.normalizedAxis(axis)
        try output.elementType.visitBits(
            Filler(
                indices: context.input(0).doubles(), values: context.input(2), output: output,
                depth: output.shape[axis],
                inner: output.shape.count(of: axis + 1..<output.shape.rank)))
        return [output]
    }

    private struct Filler: BitsVisitor {
        let indices: [Double]
        let values: Tensor
        let output: Tensor
        let depth: Int
        let inner: Int

        func visit<Bits: FixedWidthInteger & UnsignedInteger & Sendable>(_ type: Bits.Type) throws {
            values.withBits(of: type) { values in
                output.withMutableBits(of: type) { elements in
                    elements.update(repeating: values[0])
                    for (place, index) in indices.enumerated() {
                        guard let index = Int(exactly: index.rounded(.towardZero)), index >= -depth, index < depth
                        else { continue }
                        let hot = index < 0 ? index + depth : index
                        elements[(place / inner * depth + hot) * inner + place % inner] = values[1]
                    }
                }
            }
        }
    }
}
