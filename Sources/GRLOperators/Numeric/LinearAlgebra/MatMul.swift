package import GRLGraph
package import GRLTensor

/// The matrix product of `numpy.matmul`: [..., M, K] · [..., K, N] → [..., M, N].
package struct MatMul: AcceleratedOperator {
    package static let spec = OperatorSpec("MatMul", inputs: 2...2)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.numberType(0)
        try context.requireElementTypeOfFirst(1)
        return [TensorType(type.elementType, try MatrixProductShape(type.shape, context.shape(1)).output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let shape = try MatrixProductShape(context.shape(0), context.shape(1))
        return try Checked.multiply(shape.output.count, shape.depth)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let (a, b) = (try context.input(0), try context.input(1))
        let shape = try MatrixProductShape(a.shape, b.shape)
        let result = try context.allocate(a.elementType, shape.output)
        try a.elementType.visitWide(Reference(a: a, b: b, shape: shape, result: result))
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        switch try context.input(0).elementType {
        case .float32: [try multiply(Float.self, context)]
        case .float64: [try multiply(Double.self, context)]
        default: nil
        }
    }

    private func multiply<Element: BLASElement>(
        _ type: Element.Type, _ context: EvaluationContext
    ) throws -> Tensor {
        let (first, second) = (try context.input(0), try context.input(1))
        let shape = try MatrixProductShape(first.shape, second.shape)
        let result = try context.allocate(first.elementType, shape.output)
        try first.withElements(of: type) { a in
            try second.withElements(of: type) { b in
                try result.withMutableElements(of: type) { c in
                    guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
                    let (rows, columns, depth) = (shape.rows, shape.columns, shape.depth)
                    if shape.isOneProduct {
                        let product = BlockedProduct<Element>(
                            rows: shape.batch.count * rows, columns: columns, depth: depth)
                        try product.run(count: 1, on: context.executor, a: { _ in a }, b: { _ in b }, c: { _ in c })
                    } else {
                        let factors = shape.factors
                        let product = BlockedProduct<Element>(rows: rows, columns: columns, depth: depth)
                        try product.run(
                            count: factors.count, on: context.executor, a: { a + factors[$0].a * rows * depth },
                            b: { b + factors[$0].b * depth * columns }, c: { c + $0 * rows * columns })
                    }
                }
            }
        }
        return result
    }

    private struct Reference: WideVisitor {
        let a: Tensor
        let b: Tensor
        let shape: MatrixProductShape
        let result: Tensor

        func visit<Arithmetic: WideArithmetic>(_ type: Arithmetic.Type) throws {
            let (rows, columns, depth) = (shape.rows, shape.columns, shape.depth)
            try a.withElements(of: Arithmetic.Element.self) { a in
                try b.withElements(of: Arithmetic.Element.self) { b in
                    try result.withMutableElements(of: Arithmetic.Element.self) { c in
                        for (index, factor) in shape.factors.enumerated() {
                            for row in 0..<rows {
                                for column in 0..<columns {
                                    var sum = Arithmetic.zero
                                    for k in 0..<depth {
                                        let left = a[(factor.a * rows + row) * depth + k]
                                        let right = b[(factor.b * depth + k) * columns + column]
                                        sum = Arithmetic.add(
                                            sum, Arithmetic.multiply(Arithmetic.widen(left), Arithmetic.widen(right)))
                                    }
                                    c[(index * rows + row) * columns + column] = Arithmetic.narrow(sum)
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
