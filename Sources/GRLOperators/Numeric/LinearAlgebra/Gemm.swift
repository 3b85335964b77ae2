package import GRLGraph
package import GRLTensor

/// Y = alpha · op(A) · op(B) + beta · C for matrices, with op the identity or the transposition; C is left out or
/// broadcast to [M, N].
package struct Gemm: AcceleratedOperator {
    package static let spec = OperatorSpec("Gemm", inputs: 2...3)

    package let alpha: Float
    package let beta: Float
    package let transposesA: Bool
    package let transposesB: Bool

    package init(_ node: inout NodeReader) throws {
        alpha = try node.float("alpha", default: 1)
        beta = try node.float("beta", default: 1)
        transposesA = try node.bool("transA")
        transposesB = try node.bool("transB")
    }

    package var attributes: [String: AttributeValue] {
        [
            "alpha": .float(alpha), "beta": .float(beta), "transA": .int(transposesA ? 1 : 0),
            "transB": .int(transposesB ? 1 : 0),
        ]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.numberType(0)
        try context.requireElementTypeOfFirst(1, 2)
        let (rows, columns, _) = try sizes(type.shape, context.shape(1))
        let output = try Shape([rows, columns])
        if let addend = context.optionalType(2)?.shape {
            guard addend.rank <= 2, try addend.broadcast(with: output) == output else {
                throw OperatorError(.shape, "C has shape \(addend), which does not broadcast to \(output)")
            }
        }
        return [TensorType(type.elementType, output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let (rows, columns, depth) = try sizes(context.shape(0), context.shape(1))
        return try Checked.multiply(Checked.multiply(rows, columns), depth)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let (a, b) = (try context.input(0), try context.input(1))
        let (rows, columns, depth) = try sizes(a.shape, b.shape)
        let result = try context.allocate(a.elementType, try Shape([rows, columns]))
        let reference = Reference(
            operation: self, a: a, b: b, addend: context.optionalInput(2), depth: depth, result: result)
        try a.elementType.visitArithmetic(reference)
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        switch try context.input(0).elementType {
        case .float32: [try multiply(Float.self, context)]
        case .float64: [try multiply(Double.self, context)]
        default: nil
        }
    }

    private func sizes(_ a: Shape, _ b: Shape) throws -> (rows: Int, columns: Int, depth: Int) {
        guard a.rank == 2, b.rank == 2 else {
            throw OperatorError(.shape, "the factors have shapes \(a) and \(b), expected rank 2")
        }
        let depth = transposesA ? a[0] : a[1]
        guard depth == (transposesB ? b[1] : b[0]) else {
            throw OperatorError(
                .shape, "the factors \(a) (transA \(transposesA)) and \(b) (transB \(transposesB)) do not fit")
        }
        return (transposesA ? a[1] : a[0], transposesB ? b[0] : b[1], depth)
    }

    private func multiply<Element: BLASElement>(_ type: Element.Type, _ context: EvaluationContext) throws -> Tensor {
        let (first, second) = (try context.input(0), try context.input(1))
        let (rows, columns, depth) = try sizes(first.shape, second.shape)
        let shape = try Shape([rows, columns])
        let result = try context.allocate(first.elementType, shape)
        let addend = beta == 0 ? nil : context.optionalInput(2)
        var product = BlockedProduct<Element>(rows: rows, columns: columns, depth: depth)
        product.transposesA = transposesA
        product.transposesB = transposesB
        product.alpha = Element(alpha)
        product.beta = addend == nil ? 0 : 1
        try result.withMutableElements(of: type) { c in
            guard let c = c.baseAddress else { return }
            if let addend { try fill(c, with: addend, shape, context.executor) }
            try first.withElements(of: type) { a in
                try second.withElements(of: type) { b in
                    guard let a = a.baseAddress, let b = b.baseAddress else { return }
                    try product.run(count: 1, on: context.executor, a: { _ in a }, b: { _ in b }, c: { _ in c })
                }
            }
        }
        return result
    }

    /// Writes beta · C, broadcast to `shape`.
    private func fill<Element: BLASElement>(
        _ target: UnsafeMutablePointer<Element>, with addend: Tensor, _ shape: Shape, _ executor: any ParallelExecutor
    ) throws {
        let strides = addend.shape.broadcastStrides(to: shape)
        let (columns, beta) = (shape[1], Element(beta))
        try addend.withElements(of: Element.self) { source in
            executor.forEachRange(of: shape[0], grain: max(1 << 16 / max(columns, 1), 1)) { rows in
                for row in rows {
                    for column in 0..<columns {
                        target[row * columns + column] = beta * source[row * strides[0] + column * strides[1]]
                    }
                }
            }
        }
    }

    private struct Reference: ArithmeticVisitor {
        let operation: Gemm
        let a: Tensor
        let b: Tensor
        let addend: Tensor?
        let depth: Int
        let result: Tensor

        func visit<Element: ArithmeticElement>(_ type: Element.Type) throws {
            let (rows, columns) = (result.shape[0], result.shape[1])
            let (alpha, beta) = (Double(operation.alpha), Double(operation.beta))
            let constants = try addend?.elements(of: type)
            let strides = addend?.shape.broadcastStrides(to: result.shape) ?? [0, 0]
            try a.withElements(of: type) { a in
                try b.withElements(of: type) { b in
                    try result.withMutableElements(of: type) { c in
                        for row in 0..<rows {
                            for column in 0..<columns {
                                var sum = 0.0
                                for k in 0..<depth {
                                    let left = a[operation.transposesA ? k * rows + row : row * depth + k]
                                    let right = b[operation.transposesB ? column * depth + k : k * columns + column]
                                    sum += left.double * right.double
                                }
                                let constant = constants?[row * strides[0] + column * strides[1]].double ?? 0
                                c[row * columns + column] = Element(nearest: alpha * sum + beta * constant)
                            }
                        }
                    }
                }
            }
        }
    }
}
