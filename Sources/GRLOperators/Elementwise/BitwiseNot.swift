package import GRLGraph
import GRLTensor

/// The bits that are not set in x.
package struct BitwiseNot: UnaryOperator, AttributelessOperator {
    package static let spec = OperatorSpec("BitwiseNot", versions: 18...Int.max, inputs: 1...1, writtenVersion: 18)
    static let inputTypes = ElementTypeClass.integers

    package init() {}

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        return try type.elementType.visitInteger(Visitor(loop: try UnaryLoop(&context, type, computation)))
    }

    private struct Visitor: IntegerVisitor {
        let loop: UnaryLoop

        func visit<Element: IntegerElement>(_ type: Element.Type) throws -> Tensor {
            try loop.run(Complement<Element>())
        }
    }

    private struct Complement<Element: IntegerElement>: ElementFunction {
        func value(at x: Element) -> Element { ~x }
    }
}
