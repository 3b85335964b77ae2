package import GRLGraph
import GRLTensor

/// Whether x is false.
package struct Not: UnaryOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Not", inputs: 1...1)
    static let inputTypes = ElementTypeClass.bool

    package init() {}

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        return try UnaryLoop(&context, type, computation).run(Negation())
    }

    private struct Negation: ElementFunction {
        func value(at x: Bool) -> Bool { !x }
    }
}
