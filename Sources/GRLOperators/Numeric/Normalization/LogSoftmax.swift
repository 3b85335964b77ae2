import CKernels
import Foundation
package import GRLGraph
package import GRLTensor

/// The logarithm of the softmax along one axis: (x - max) - log Σ e^(x - max).
package struct LogSoftmax: RowwiseOperator, AcceleratedOperator {
    package static let spec = OperatorSpec("LogSoftmax", versions: 13...Int.max, inputs: 1...1, writtenVersion: 13)

    package let axis: Int

    package init(axis: Int) {
        self.axis = axis
    }

    package static func transform(_ row: inout [Double]) {
        let highest = row.max() ?? 0
        let logarithm = log(row.reduce(0) { $0 + exp($1 - highest) })
        row = row.map { ($0 - highest) - logarithm }
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let type = try context.type(0)
        return type.elementType == .float32 ? try rows(of: type.shape).memoryUse : MemoryUse()
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        guard input.elementType == .float32 else { return nil }
        return [try rows(of: input.shape).apply(grl_kernels().pointee.softmax.log_softmax, &context)]
    }
}
