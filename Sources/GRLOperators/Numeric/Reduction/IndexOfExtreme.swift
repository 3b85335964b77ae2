import GRLGraph
import GRLTensor

/// An operator that finds where along one axis an extreme element stands.
protocol IndexOfExtremeOperator: Operator {
    var options: IndexOfExtremeOptions { get }
    init(_ options: IndexOfExtremeOptions)
    /// Whether `a` is more extreme than `b`.
    func precedes<Number: Comparable>(_ a: Number, _ b: Number) -> Bool
}

/// The attributes of operators that find an extreme element.
package struct IndexOfExtremeOptions: Sendable {
    package let axis: Int
    /// Whether the axis stays, with the dimension 1.
    package let keepsDimension: Bool
    /// Whether the last of several equal elements is taken instead of the first.
    package let takesLast: Bool

    init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 0)
        keepsDimension = try node.bool("keepdims", default: true)
        takesLast = try node.bool("select_last_index")
    }

    var attributes: [String: AttributeValue] {
        [
            "axis": .int(axis), "keepdims": .int(keepsDimension ? 1 : 0),
            "select_last_index": .int(takesLast ? 1 : 0),
        ]
    }

    /// - Throws: `AXIS_RANGE` when the axis lies outside the shape, `SHAPE` when there is nothing along it.
    func layout(of shape: Shape) throws -> ReductionLayout {
        let axis = try shape.normalizedAxis(axis)
        guard shape[axis] > 0 else {
            throw OperatorError(.shape, "axis \(axis) of \(shape) is empty, expected at least one element")
        }
        return try ReductionLayout(shape, reducedAxes: [axis], keepsDimensions: keepsDimension)
    }
}

extension IndexOfExtremeOperator {
    package init(_ node: inout NodeReader) throws { self.init(try IndexOfExtremeOptions(&node)) }

    package var attributes: [String: AttributeValue] { options.attributes }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        try ElementTypeClass.numbers.require(type.elementType, input: 0)
        return [TensorType(.int64, try options.layout(of: type.shape).outputShape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let layout = try options.layout(of: input.shape)
        let output = try context.allocate(.int64, layout.outputShape)
        try input.elementType.visitArithmetic(
            IndexOfExtremeVisitor(operation: self, input: input, output: output, layout: layout))
        return [output]
    }
}

private struct IndexOfExtremeVisitor<Operation: IndexOfExtremeOperator>: ArithmeticVisitor {
    let operation: Operation
    let input: Tensor
    let output: Tensor
    let layout: ReductionLayout

    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
        let offsets = layout.offsetsOfFirst
        try input.withElements(of: type) { x in
            try output.withMutableElements(of: Int64.self) { y in
                for index in y.indices {
                    let base = layout.base(of: index)
                    var best = 0
                    for candidate in 1..<max(offsets.count, 1) {
                        if replaces(x[base + offsets[candidate]], x[base + offsets[best]]) { best = candidate }
                    }
                    y[index] = Int64(best)
                }
            }
        }
    }

    /// NaN counts as more extreme than every number.
    private func replaces<Element: ArithmeticElement>(_ candidate: Element, _ best: Element) -> Bool {
        if candidate.isNaN || best.isNaN { return candidate.isNaN && (!best.isNaN || operation.options.takesLast) }
        return operation.precedes(candidate, best) || (operation.options.takesLast && candidate == best)
    }
}
