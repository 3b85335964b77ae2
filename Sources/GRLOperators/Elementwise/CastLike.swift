package import GRLGraph
import GRLTensor

/// Converts the elements of the first input to the type of the second.
package struct CastLike: ElementwiseOperator {
    package static let spec = OperatorSpec("CastLike", versions: 15...Int.max, inputs: 2...2, writtenVersion: 21)

    /// The attributes are those of ``Cast`` on 8-bit floating point.
    package init(_ node: inout NodeReader) {
        node.ignore("round_mode", "saturate")
    }

    func outputType(_ context: InferenceContext) throws -> TensorType {
        TensorType(try context.type(1).elementType, try context.shape(0))
    }

    func compute(_ context: inout EvaluationContext, _ computation: Computation) throws -> Tensor {
        try Cast(to: try context.input(1).elementType).compute(&context, computation)
    }
}
