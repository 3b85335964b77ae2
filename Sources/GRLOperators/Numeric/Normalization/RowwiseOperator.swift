package import GRLGraph
package import GRLTensor

/// An operator that maps each row along one axis to a row, for floating-point tensors.
package protocol RowwiseOperator: Operator {
    /// The axis of the rows; negative counts from the back.
    var axis: Int { get }
    init(axis: Int)
    /// Replaces a row by its image.
    static func transform(_ row: inout [Double])
}

extension RowwiseOperator {
    package init(_ node: inout NodeReader) throws {
        self.init(axis: try node.int("axis", default: -1))
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        if type.shape.rank > 0 { _ = try type.shape.normalizedAxis(axis) }
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        return [try rows(of: input.shape).map(input, &context, Self.transform)]
    }

    /// The rows of a tensor of `shape`; a scalar is one row of one element.
    func rows(of shape: Shape) throws -> AxisRows {
        guard shape.rank > 0 else { return AxisRows(shape, axes: 0..<0) }
        let axis = try shape.normalizedAxis(axis)
        return AxisRows(shape, axes: axis..<axis + 1)
    }
}

/// A row-wise operator of opset 12 and before: all axes from `axis` on count as one.
///
/// It is imported as `Shape`, `Flatten`, the newer operator along the last axis, and `Reshape`.
package struct FlattenedRowwise<Newer: RowwiseOperator>: ImportExpandedOperator {
    package static var spec: OperatorSpec { OperatorSpec(Newer.spec.name, versions: 1...12, inputs: 1...1) }

    package let axis: Int

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 1)
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        _ = try firstAxis(of: type.shape)
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let rows = AxisRows(input.shape, axes: try firstAxis(of: input.shape)..<input.shape.rank)
        return [try rows.map(input, &context, Newer.transform)]
    }

    package func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID] {
        guard case let input?? = inputs.first else { throw OperatorError(.arity, "input 0 is missing") }
        let shape = try graph.addNode("Shape", [input])
        let flat = try graph.addNode("Flatten", [input], ["axis": .int(axis)])
        let rows = graph.addNode(Newer(axis: -1), name: Newer.spec.name, inputs: [flat], output: Newer.spec.name)
        return [try graph.addNode("Reshape", [rows, shape], ["allowzero": .int(1)])]
    }

    private func firstAxis(of shape: Shape) throws -> Int {
        if axis == shape.rank { return axis }
        return try shape.normalizedAxis(axis)
    }
}
