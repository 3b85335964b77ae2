package import GRLGraph
import GRLTensor

/// The mean of all inputs.
package struct Mean: VariadicOperator, AttributelessOperator {
    package static let spec = OperatorSpec("Mean", inputs: 1...OperatorSpec.unbounded, writtenVersion: 13)
    static let inputTypes = ElementTypeClass.floatingPoint

    package init() {}

    var step: Add { Add() }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let sum = try fold(&context, computation)
        guard context.inputCount > 1 else { return sum }
        let count = try Cast(to: sum.elementType).convert(Tensor(scalar: Int64(context.inputCount)))
        return try Div().run(
            BinaryLoop(
                first: sum, second: count, output: sum, computation: computation,
                executor: context.executor(computation)))
    }
}
