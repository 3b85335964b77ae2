import CKernels
package import GRLGraph
package import GRLTensor

/// y = x / √(mean of x² + epsilon) · scale, the mean taken over all axes from `axis` on.
package struct RMSNormalization: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "RMSNormalization", versions: 23...Int.max, inputs: 2...2, writtenVersion: 23)

    package let axis: Int
    package let epsilon: Float
    package let stashType: StashType

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: -1)
        epsilon = try node.float("epsilon", default: 1e-5)
        stashType = try StashType(&node)
    }

    package var attributes: [String: AttributeValue] {
        ["axis": .int(axis), "epsilon": .float(epsilon), "stash_type": .int(stashType.rawValue)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        let scale = try context.floatingType(1)
        _ = try type.shape.normalizedAxis(axis)
        guard scale.shape.rank <= type.shape.rank, try scale.shape.broadcast(with: type.shape) == type.shape else {
            throw OperatorError(.shape, "the scale \(scale.shape) does not broadcast to \(type.shape)")
        }
        return [TensorType(scale.elementType, type.shape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let (input, scale) = (try context.input(0), try context.input(1))
        let rows = AxisRows(input.shape, axes: try input.shape.normalizedAxis(axis)..<input.shape.rank)
        let factors = try input.elementType.visitFloating(
            RootMeanSquares(input: input, rows: rows, epsilon: Double(epsilon)))
        let result = try context.allocate(scale.elementType, input.shape)
        let product = ScaledRows(scale: scale, result: result, normals: factors)
        try scale.elementType.visitFloating(product)
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let (input, scale) = (try context.input(0), try context.input(1))
        let rows = AxisRows(input.shape, axes: try input.shape.normalizedAxis(axis)..<input.shape.rank)
        guard input.elementType == .float32, scale.elementType == .float32, rows.length > 0,
            scale.count == rows.length
        else { return nil }
        let result = try context.allocate(input.type, reusingInput: 0)
        let kernel = grl_kernels().pointee.normalize.rms
        try input.withElements(of: Float.self) { x in
            try result.withMutableElements(of: Float.self) { y in
                try scale.withElements(of: Float.self) { scale in
                    guard let x = x.baseAddress, let y = y.baseAddress else { return }
                    context.executor.forEachRange(of: rows.outer, grain: max((1 << 15) / rows.length, 1)) { range in
                        let first = range.lowerBound * rows.length
                        kernel(x + first, y + first, range.count, rows.length, scale.baseAddress, epsilon)
                    }
                }
            }
        }
        return [result]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        try context.type(0).elementType == .float32 ? MemoryUse(overwritableInputs: [0]) : MemoryUse()
    }

    /// The elements divided by the root of their row's mean square.
    private struct RootMeanSquares: FloatingVisitor {
        let input: Tensor
        let rows: AxisRows
        let epsilon: Double

        func visit<Element: FloatingElement>(_ type: Element.Type) throws -> [Double] {
            try input.withElements(of: type) { x in
                (0..<rows.outer).flatMap { row in
                    let elements = x[row * rows.length..<(row + 1) * rows.length].map { $0.double }
                    let mean = elements.reduce(0) { $0 + $1 * $1 } / Double(rows.length)
                    return elements.map { $0 / (mean + epsilon).squareRoot() }
                }
            }
        }
    }

    private struct ScaledRows: FloatingVisitor {
        let scale: Tensor
        let result: Tensor
        let normals: [Double]

        func visit<Element: FloatingElement>(_ type: Element.Type) throws {
            let scales = try BroadcastElements<Element>(scale, to: result.shape)
            try result.withMutableElements(of: type) { y in
                for (index, normal) in normals.enumerated() { y[index] = Element(nearest: normal * scales[index]) }
            }
        }
    }
}
