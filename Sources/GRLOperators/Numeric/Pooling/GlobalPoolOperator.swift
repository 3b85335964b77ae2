import CKernels
package import GRLGraph
package import GRLTensor

/// An operator that reduces each plane of [N, C, spatial...] to one number: [N, C, 1...].
package protocol GlobalPoolOperator: Operator {
    /// The number that stands for a plane.
    func reduce(_ plane: [Double]) -> Double
}

extension GlobalPoolOperator {
    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        return [TensorType(type.elementType, try pooledShape(type.shape))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let result = try context.allocate(input.elementType, try pooledShape(input.shape))
        try input.elementType.visitFloating(PlaneReduction(input: input, result: result, reduce: reduce))
        return [result]
    }

    /// The result of a row kernel that reduces float32 planes; nil for other types.
    func accelerate(_ kernel: grl_reduce_f32, _ context: EvaluationContext) throws -> [Tensor]? {
        let input = try context.input(0)
        guard input.elementType == .float32 else { return nil }
        let result = try context.allocate(.float32, try pooledShape(input.shape))
        let length = input.shape.count(of: 2..<input.shape.rank)
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                guard let x = x.baseAddress, let y = y.baseAddress else { return }
                context.executor.forEachRange(of: result.count, grain: max((1 << 16) / max(length, 1), 1)) { planes in
                    kernel(x + planes.lowerBound * length, planes.count, length, y + planes.lowerBound)
                }
            }
        }
        return [result]
    }

    private func pooledShape(_ shape: Shape) throws -> Shape {
        guard shape.rank >= 2 else {
            throw OperatorError(.shape, "the image has shape \(shape), expected rank 2 or more")
        }
        return try Shape(shape.dimensions.enumerated().map { $0 < 2 ? $1 : 1 })
    }
}

private struct PlaneReduction: FloatingVisitor {
    let input: Tensor
    let result: Tensor
    let reduce: ([Double]) -> Double

    func visit<Element: FloatingElement>(_ type: Element.Type) throws {
        let length = input.shape.count(of: 2..<input.shape.rank)
        try input.withElements(of: type) { x in
            try result.withMutableElements(of: type) { y in
                for plane in 0..<result.count {
                    let elements = x[plane * length..<(plane + 1) * length]
                    y[plane] = Element(nearest: reduce(elements.map { $0.double }))
                }
            }
        }
    }
}
