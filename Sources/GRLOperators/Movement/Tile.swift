package import GRLGraph
package import GRLTensor

/// The tensor as often along each axis as input 1 says.
package struct Tile: Operator {
    package static let spec = OperatorSpec("Tile", versions: 6...Int.max, inputs: 2...2, writtenVersion: 6)

    package init() {}

    package init(_ node: inout NodeReader) {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let repeats = try context.knownIntegers(1) else { return [nil] }
        guard repeats.count == input.shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
            throw OperatorError(.shape, "repeats \(repeats) do not fit the shape \(input.shape)")
        }
        let dimensions = try zip(input.shape.dimensions, repeats).map { try Checked.multiply($0, $1) }
        return [try TensorType(input.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        guard type.shape != input.shape else { return [input] }
        let output = try context.allocate(type)
        var dimensions: [Int] = []
        var strides: [Int] = []
        for (axis, stride) in input.shape.strides.enumerated() {
            dimensions += [type.shape[axis] / max(input.shape[axis], 1), input.shape[axis]]
            strides += [0, stride]
        }
        try StridedCopy(dimensions: dimensions, sourceStrides: strides).run(
            from: input, to: output, on: context.executor)
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        guard let type = try infer(context).first ?? nil else { return MemoryUse() }
        return MemoryUse(viewedInput: try type.shape == context.shape(0) ? 0 : nil)
    }
}
