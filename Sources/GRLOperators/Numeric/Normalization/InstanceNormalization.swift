package import GRLGraph
package import GRLTensor

/// y = scale · (x - mean) / √(variance + epsilon) + bias, each plane of [N, C, spatial...] over its own elements; scale
/// and bias are [C].
package struct InstanceNormalization: Operator {
    package static let spec = OperatorSpec("InstanceNormalization", inputs: 3...3, writtenVersion: 6)

    package let epsilon: Float

    package init(_ node: inout NodeReader) throws {
        epsilon = try node.float("epsilon", default: 1e-5)
    }

    package var attributes: [String: AttributeValue] { ["epsilon": .float(epsilon)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        try context.requireElementTypeOfFirst(1, 2)
        guard type.shape.rank >= 2 else {
            throw OperatorError(.shape, "the image has shape \(type.shape), expected rank 2 or more")
        }
        try context.requireShape(1, [type.shape[1]], "the scale")
        try context.requireShape(2, [type.shape[1]], "the bias")
        return [type]
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(overwritableInputs: [0]) }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let channels = input.shape[1]
        let (scales, biases) = (try context.input(1).doubles(), try context.input(2).doubles())
        let moments = try ChannelNormalizer.moments(of: input, count: input.shape[0] * channels)
        let planes = moments.enumerated().map { index, moment in
            let factor = scales[index % channels] / (moment.variance + Double(epsilon)).squareRoot()
            return ChannelNormalizer.Plane(mean: moment.mean, factor: factor, bias: biases[index % channels])
        }
        return [try ChannelNormalizer.apply(planes, &context)]
    }
}
