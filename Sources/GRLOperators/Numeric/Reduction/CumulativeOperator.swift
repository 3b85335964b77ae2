import GRLGraph
import GRLTensor

/// An operator that replaces each element by what all elements up to it, along one axis, combine to.
protocol CumulativeOperator: Operator {
    var options: CumulativeOptions { get }
    init(_ options: CumulativeOptions)
    /// What no elements combine to.
    func start<Number: ArithmeticElement>() -> Number
    func combine<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number
}

/// The attributes of cumulative operators.
package struct CumulativeOptions: Sendable {
    /// Whether the element itself does not count.
    package let excludesElement: Bool
    /// Whether elements are gone through from the end.
    package let isReversed: Bool

    init(_ node: inout NodeReader) throws {
        excludesElement = try node.bool("exclusive")
        isReversed = try node.bool("reverse")
    }

    var attributes: [String: AttributeValue] {
        ["exclusive": .int(excludesElement ? 1 : 0), "reverse": .int(isReversed ? 1 : 0)]
    }
}

extension CumulativeOperator {
    package init(_ node: inout NodeReader) throws { self.init(try CumulativeOptions(&node)) }

    package var attributes: [String: AttributeValue] { options.attributes }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        try ElementTypeClass.numbers.require(type.elementType, input: 0)
        if let axis = context.constant(1) { _ = try type.shape.normalizedAxis(axis.integer()) }
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let axis = try input.shape.normalizedAxis(try context.input(1).integer())
        let output = try context.allocate(input.type)
        try input.elementType.visitArithmetic(
            CumulativeVisitor(operation: self, input: input, output: output, axis: axis))
        return [output]
    }
}

private struct CumulativeVisitor<Operation: CumulativeOperator>: ArithmeticVisitor {
    let operation: Operation
    let input: Tensor
    let output: Tensor
    let axis: Int

    func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
        let layout = try ReductionLayout(input.shape, reducedAxes: [axis], keepsDimensions: true)
        let offsets = operation.options.isReversed ? layout.offsetsOfFirst.reversed() : layout.offsetsOfFirst
        try input.withElements(of: type) { x in
            try output.withMutableElements(of: type) { y in
                for index in 0..<layout.outputShape.count {
                    let base = layout.base(of: index)
                    var combined: Element = operation.start()
                    for offset in offsets {
                        let next = operation.combine(combined, x[base + offset])
                        y[base + offset] = operation.options.excludesElement ? combined : next
                        combined = next
                    }
                }
            }
        }
    }
}
