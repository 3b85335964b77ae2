import CKernels
package import GRLGraph
package import GRLTensor

/// Rows along the last axis divided by their 2-norm, which counts as `epsilon` where it is less: x / max(‖x‖₂,
/// epsilon).
package struct L2Normalization: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "L2Normalization", domain: OperatorSpec.restorationDomain, inputs: 1...1)

    package let epsilon: Float

    package init(epsilon: Float) {
        self.epsilon = epsilon
    }

    package init(_ node: inout NodeReader) throws {
        epsilon = try node.float("epsilon", default: 1e-12)
    }

    package var attributes: [String: AttributeValue] { ["epsilon": .float(epsilon)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        _ = try type.shape.normalizedAxis(-1)
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        return [
            try rows(of: input).map(input, &context) { row in
                let norm = max(row.reduce(0) { $0 + $1 * $1 }.squareRoot(), Double(epsilon))
                row = row.map { $0 / norm }
            }
        ]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        let rows = try rows(of: input)
        guard input.elementType == .float32, rows.length > 0 else { return nil }
        let result = try context.allocate(input.type, reusingInput: 0)
        let sumOfSquares = KernelTable.reduce.sum_of_squares
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                context.executor.forEachRange(of: rows.outer, grain: max((1 << 14) / rows.length, 1)) { range in
                    for row in range {
                        var sum: Float = 0
                        sumOfSquares(x + row * rows.length, 1, rows.length, &sum)
                        let norm = max(sum.squareRoot(), epsilon)
                        for index in row * rows.length..<(row + 1) * rows.length { y[index] = x[index] / norm }
                    }
                }
            }
        }
        return [result]
    }

    private func rows(of input: Tensor) throws -> AxisRows {
        let axis = try input.shape.normalizedAxis(-1)
        return AxisRows(input.shape, axes: axis..<axis + 1)
    }
}
