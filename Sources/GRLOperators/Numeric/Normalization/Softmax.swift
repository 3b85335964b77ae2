import CKernels
import Foundation
package import GRLGraph
package import GRLTensor

/// e^x / Σ e^x along one axis; the largest element of a row is subtracted first.
package struct Softmax: RowwiseOperator, AcceleratedOperator {
    package static let spec = OperatorSpec("Softmax", versions: 13...Int.max, inputs: 1...1, writtenVersion: 13)

    package let axis: Int

    package init(axis: Int) {
        self.axis = axis
    }

    package static func transform(_ row: inout [Double]) {
        let highest = row.max() ?? 0
        let exponentials = row.map { exp($0 - highest) }
        let sum = exponentials.reduce(0, +)
        row = exponentials.map { $0 / sum }
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        let type = try context.type(0)
        return type.elementType == .float32 ? try rows(of: type.shape).memoryUse : MemoryUse()
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        guard input.elementType == .float32 else { return nil }
        return [try rows(of: input.shape).apply(grl_kernels().pointee.softmax.softmax, &context)]
    }
}
