package import GRLGraph
package import GRLTensor

/// The channels of each image weighted by what two linear layers make of their means over the whole image.
///
/// Input 0 is [B, H, W, C]; the others are residuals of its shape.
///
///     output = input · second(first(mean over H and W of input)) + residuals
///
/// where the activations of the layers are part of them; that of the second is a sigmoid as a rule.
package struct ChannelAttention: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "ChannelAttention", domain: OperatorSpec.restorationDomain, inputs: 1...1 + ResidualLimit.count)

    package let first: LinearLayer
    package let second: LinearLayer

    /// - Throws: `ATTR_VALUE`.
    package init(first: LinearLayer, second: LinearLayer) throws {
        self.first = first
        self.second = second
        for layer in [first, second] where layer.weights.kernel != PixelPair(1, 1) {
            throw OperatorError(.attributeValue, "the kernel is \(layer.weights.kernel), expected 1 x 1")
        }
        let (one, two) = (first.weights, second.weights)
        guard one.outputChannels == two.inputChannels, two.outputChannels == one.inputChannels else {
            throw OperatorError(
                .attributeValue,
                "the layers lead from \(one.inputChannels) to \(one.outputChannels) and from \(two.inputChannels) to "
                    + "\(two.outputChannels) channels, expected there and back")
        }
    }

    package init(_ node: inout NodeReader) throws {
        let first = try LinearLayer(&node, prefix: "first_")
        let second = try LinearLayer(&node, readsActivation: false, prefix: "second_")
        try self.init(first: first, second: second.activated(.sigmoid))
    }

    package var attributes: [String: AttributeValue] {
        second.attributes(prefix: "second_").merging(first.attributes(prefix: "first_")) { $1 }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard type.elementType == .float32, type.shape.rank == 4, type.shape[3] == first.weights.inputChannels else {
            throw OperatorError(.shape, "input 0 is \(type), expected float32[B, H, W, \(first.weights.inputChannels)]")
        }
        for index in 1..<max(context.inputCount, 1) {
            let residual = try context.type(index)
            guard residual == type else {
                throw OperatorError(.shape, "residual \(index) is \(residual), expected \(type) as input 0")
            }
        }
        return [type]
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(overwritableInputs: [0]) }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let type = try outputType(context)
        let result = try context.allocate(type)
        let inputs = try (0..<context.inputCount).map { try context.input($0).elements(of: Float.self) }
        let channels = type.shape[3]
        let pixels = type.shape[1] * type.shape[2]
        try result.withMutableElements(of: Float.self) { output in
            for image in 0..<type.shape[0] where pixels > 0 {
                var means = [Double](repeating: 0, count: channels)
                for pixel in image * pixels..<(image + 1) * pixels {
                    for channel in 0..<channels { means[channel] += Double(inputs[0][pixel * channels + channel]) }
                }
                let weights = try weights(for: means.map { $0 / Double(pixels) })
                for place in image * pixels * channels..<(image + 1) * pixels * channels {
                    let product = Double(inputs[0][place]) * weights[place % channels]
                    output[place] = Float(inputs.dropFirst().reduce(product) { $0 + Double($1[place]) })
                }
            }
        }
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let type = try outputType(context)
        let inputs = try (0..<context.inputCount).map { try context.input($0) }
        let result = try context.allocate(type, reusingInput: 0)
        guard result.count > 0 else { return [result] }
        let image = FastChannelWeighting(
            images: type.shape[0], pixels: type.shape[1] * type.shape[2], channels: type.shape[3])
        let means = try image.means(of: inputs[0], on: context.executor)
        let factors = try means.map { try weights(for: $0).map { Float($0) } }
        try image.weight(
            inputs[0], by: factors, adding: Array(inputs.dropFirst()), into: result, on: context.executor)
        return [result]
    }

    /// What the two layers make of the means of all channels.
    ///
    /// - Throws: memory errors.
    func weights(for means: [Double]) throws -> [Double] {
        var row = means
        for layer in [first, second] {
            let reference = try LinearLayer.Reference(layer)
            var sums = reference.start
            reference.add(row, to: &sums)
            reference.activate(&sums)
            row = sums
        }
        return row
    }
}
