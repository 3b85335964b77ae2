package import GRLGraph
package import GRLTensor

/// Rows along one axis divided by their 1-norm or 2-norm; rows of norm 0 stay 0.
package struct LpNormalization: Operator {
    package static let spec = OperatorSpec("LpNormalization", inputs: 1...1)

    package let axis: Int
    package let p: Int

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: -1)
        p = try node.int("p", default: 2)
        guard p == 1 || p == 2 else { throw OperatorError(.attributeValue, "p is \(p), expected 1 or 2") }
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis), "p": .int(p)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        _ = try type.shape.normalizedAxis(axis)
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let axis = try input.shape.normalizedAxis(axis)
        let result = try AxisRows(input.shape, axes: axis..<axis + 1).map(input, &context) { row in
            let norm = p == 1 ? row.reduce(0) { $0 + abs($1) } : row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if norm != 0 { row = row.map { $0 / norm } }
        }
        return [result]
    }
}
