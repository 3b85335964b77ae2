import GRLGraph
import GRLTensor

/// An elementwise operator that folds any number of inputs, broadcast to a common shape, with a function of two.
protocol VariadicOperator: ElementwiseOperator {
    associatedtype Step: NumberPairFunction
    static var inputTypes: ElementTypeClass { get }
    /// Folds the next input into what is there.
    var step: Step { get }
}

extension VariadicOperator {
    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = try context.commonElementType(Self.inputTypes)
        return TensorType(type, try Broadcast.shape(of: context.presentTypes.map(\.shape)))
    }

    func returnsInput(_ context: InferenceContext) throws -> Bool { context.inputCount == 1 }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        try fold(&context, computation)
    }

    /// All inputs folded; a single input is returned itself.
    ///
    /// - Throws: what type inference throws, and memory errors.
    func fold(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        let type = try outputType(context.inferenceContext)
        var folded = try context.input(0)
        guard context.inputCount > 1 else { return folded }
        let output = try context.allocate(type, over: 0..<2, computation)
        for index in 1..<context.inputCount {
            folded = try step.run(
                BinaryLoop(
                    first: folded, second: try context.input(index), output: output, computation: computation,
                    executor: context.executor(computation)))
        }
        return folded
    }
}
