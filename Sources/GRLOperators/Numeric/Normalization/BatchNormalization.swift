package import GRLGraph
package import GRLTensor

/// y = scale · (x - mean) / √(variance + epsilon) + bias for the channels of [N, C, spatial...], with given statistics;
/// in training mode with those of the batch, which then also update the running ones that are outputs 1 and 2.
package struct BatchNormalization: Operator {
    package static let spec = OperatorSpec(
        "BatchNormalization", versions: 9...Int.max, inputs: 5...5, outputs: 1...3, writtenVersion: 15)

    package let epsilon: Float
    package let momentum: Float
    package let isTraining: Bool

    package init(_ node: inout NodeReader) throws {
        epsilon = try node.float("epsilon", default: 1e-5)
        momentum = try node.float("momentum", default: 0.9)
        isTraining = node.opset >= 14 ? try node.bool("training_mode") : node.outputCount > 1
    }

    package var attributes: [String: AttributeValue] {
        [
            "epsilon": .float(epsilon), "momentum": .float(momentum), "training_mode": .int(isTraining ? 1 : 0),
        ]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        let channels = type.shape.rank > 1 ? type.shape[1] : 1
        for (index, meaning) in zip(1..., ["scale", "bias", "mean", "variance"]) {
            _ = try context.floatingType(index)
            try context.requireShape(index, [channels], "the \(meaning)")
        }
        guard isTraining || context.outputCount == 1 else {
            throw OperatorError(.arity, "only training mode has \(context.outputCount) outputs")
        }
        return Array([type, try context.type(3), try context.type(4)].prefix(context.outputCount))
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(overwritableInputs: [0]) }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let channels = input.shape.rank > 1 ? input.shape[1] : 1
        let images = input.shape.rank > 0 ? input.shape[0] : 1
        let (scales, biases) = (try context.input(1).doubles(), try context.input(2).doubles())
        var (means, variances) = (try context.input(3).doubles(), try context.input(4).doubles())
        var running: [Tensor] = []
        if isTraining {
            let (batchMeans, batchVariances) = try batchMoments(input, images, channels)
            for (index, batch) in [(3, batchMeans), (4, batchVariances)] {
                let previous = try context.input(index)
                let mixed = zip(try previous.doubles(), batch).map { old, new in
                    old * Double(momentum) + new * (1 - Double(momentum))
                }
                let result = try context.allocate(previous.type)
                try result.write(mixed)
                running.append(result)
            }
            (means, variances) = (batchMeans, batchVariances)
        }
        let factors = zip(scales, variances).map { $0 / ($1 + Double(epsilon)).squareRoot() }
        let planes = (0..<images * channels).map { index in
            let channel = index % channels
            return ChannelNormalizer.Plane(mean: means[channel], factor: factors[channel], bias: biases[channel])
        }
        return Array(([try ChannelNormalizer.apply(planes, &context)] + running).prefix(context.outputCount))
    }

    /// Means and variances of the channels over all images: those of the planes, combined.
    private func batchMoments(_ input: Tensor, _ images: Int, _ channels: Int) throws -> ([Double], [Double]) {
        let planes = try ChannelNormalizer.moments(of: input, count: images * channels)
        var means: [Double] = []
        var variances: [Double] = []
        for channel in 0..<channels {
            let own = (0..<images).map { planes[$0 * channels + channel] }
            let mean = own.reduce(0) { $0 + $1.mean } / Double(images)
            means.append(mean)
            let spread = own.reduce(0) { $0 + $1.variance + ($1.mean - mean) * ($1.mean - mean) }
            variances.append(spread / Double(images))
        }
        return (means, variances)
    }
}
