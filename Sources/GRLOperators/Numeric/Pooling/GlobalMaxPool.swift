import CKernels
package import GRLGraph
package import GRLTensor

/// The largest element of each plane of [N, C, spatial...].
package struct GlobalMaxPool: GlobalPoolOperator, AcceleratedOperator {
    package static let spec = OperatorSpec("GlobalMaxPool", inputs: 1...1)

    package init(_ node: inout NodeReader) {}

    package func reduce(_ plane: [Double]) -> Double {
        plane.reduce(-.infinity) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        try accelerate(grl_kernels().pointee.reduce.maximum, context)
    }
}
