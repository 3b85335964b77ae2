package import GRLGraph
package import GRLTensor

/// Repeats axes of length 1 until the tensor has the shape that the input and input 1 broadcast to.
package struct Expand: RearrangingOperator {
    package static let spec = OperatorSpec("Expand", inputs: 2...2, writtenVersion: 8)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let target = try context.knownIntegers(1) else { return [nil] }
        return [TensorType(input.elementType, try input.shape.broadcast(with: Shape(target)))]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        guard type.shape.count != input.count else { return [try input.reshaped(to: type.shape)] }
        let output = try context.allocate(type)
        let copy = StridedCopy(
            dimensions: type.shape.dimensions, sourceStrides: input.shape.broadcastStrides(to: type.shape))
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        guard let type = try infer(context).first ?? nil else { return MemoryUse() }
        return MemoryUse(viewedInput: try type.shape.count == context.shape(0).count ? 0 : nil)
    }
}
