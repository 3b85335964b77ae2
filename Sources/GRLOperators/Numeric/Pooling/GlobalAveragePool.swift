import CKernels
package import GRLGraph
package import GRLTensor

/// The mean of each plane of [N, C, spatial...].
package struct GlobalAveragePool: GlobalPoolOperator, AcceleratedOperator {
    package static let spec = OperatorSpec("GlobalAveragePool", inputs: 1...1)

    package init(_ node: inout NodeReader) {}

    package func reduce(_ plane: [Double]) -> Double { plane.reduce(0, +) / Double(plane.count) }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        try accelerate(grl_kernels().pointee.reduce.mean, context)
    }
}
