package import GRLGraph
package import GRLTensor

/// A convolution of images [B, H, W, C], whose channels come last, with what follows it at each pixel.
///
/// Inputs: first `sources` images, read as if concatenated along their channels; then residuals, of the output's shape.
///
///     output = normalize(activation(convolution(sources) + bias)) + residuals
///
/// With `shuffle` r above 1 the sums of pixel (y, x) become r · r pixels: sum (c · r + i) · r + j is channel c of pixel
/// (r · y + i, r · x + j). A layer that neither strides nor pads, with a kernel of one pixel, is a linear layer: it
/// takes tensors [..., C] of any rank.
package struct ImageConvolution: AcceleratedOperator {
    package static let spec = OperatorSpec(
        "ImageConvolution", domain: OperatorSpec.restorationDomain, inputs: 1...OperatorSpec.unbounded)

    package let layer: LinearLayer
    package let window: ImageWindow
    package let normalization: RowNormalization?
    /// How many of the inputs are convolved; the others are residuals.
    package let sources: Int
    /// The factor of the pixel shuffle, r.
    package let shuffle: Int

    /// - Throws: `ATTR_VALUE`.
    package init(
        layer: LinearLayer, window: ImageWindow? = nil, normalization: RowNormalization? = nil, sources: Int = 1,
        shuffle: Int = 1
    ) throws {
        self.layer = layer
        self.window = window ?? ImageWindow(kernel: layer.weights.kernel)
        self.normalization = normalization
        self.sources = sources
        self.shuffle = shuffle
        guard sources > 0, sources <= OperatorSpec.unbounded else {
            throw OperatorError(.attributeValue, "sources is \(sources), expected 1 to \(OperatorSpec.unbounded)")
        }
        let area = shuffle.multipliedReportingOverflow(by: shuffle)
        guard shuffle > 0, !area.overflow, layer.weights.outputChannels % area.partialValue == 0 else {
            throw OperatorError(
                .attributeValue,
                "shuffle is \(shuffle), expected its square to divide the \(layer.weights.outputChannels) channels")
        }
        guard shuffle == 1 || normalization == nil else {
            throw OperatorError(.attributeValue, "shuffle is \(shuffle), expected 1 with a normalisation")
        }
    }

    /// The same with another layer, normalisation or shuffle.
    ///
    /// - Throws: `ATTR_VALUE`.
    package func with(
        layer: LinearLayer? = nil, normalization: RowNormalization? = nil, shuffle: Int? = nil
    ) throws -> ImageConvolution {
        try ImageConvolution(
            layer: layer ?? self.layer, window: window, normalization: normalization ?? self.normalization,
            sources: sources, shuffle: shuffle ?? self.shuffle)
    }

    package init(_ node: inout NodeReader) throws {
        let layer = try LinearLayer(&node)
        try self.init(
            layer: layer, window: ImageWindow(&node, kernel: layer.weights.kernel),
            normalization: RowNormalization(&node, channels: layer.weights.outputChannels),
            sources: node.int("sources", default: 1), shuffle: node.int("shuffle", default: 1))
    }

    package var attributes: [String: AttributeValue] {
        layer.attributes().merging(window.attributes) { $1 }.merging(normalization?.attributes ?? [:]) { $1 }
            .merging(["sources": .int(sources), "shuffle": .int(shuffle)]) { $1 }
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        [TensorType(.float32, try ImageConvolutionLayout(self, context).output)]
    }

    package func multiplyAdds(_ context: InferenceContext) throws -> Int {
        let layout = try ImageConvolutionLayout(self, context)
        let taps = layer.weights.kernel.y * layer.weights.kernel.x
        return try Checked.multiply(layout.output.count, taps * layer.weights.inputChannels)
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse {
        MemoryUse(
            overwritableInputs: Array(sources..<max(context.inputCount, sources)),
            scratchBytesPerThread: weightLayout.isTransformed ? winogradScratchBytes : 0)
    }

    /// How the kernels want the weights. Those of 3×3 filters that neither stride nor dilate are transformed where
    /// there are channels enough for fewer products to outweigh the transform of the image.
    var weightLayout: WeightLayout {
        let weights = layer.weights
        let one = PixelPair(1, 1)
        return WeightLayout(
            shuffle: shuffle,
            isTransformed: weights.kernel == PixelPair(3, 3) && window.strides == one && window.dilations == one
                && weights.kernels == .float32
                && min(weights.inputChannels, weights.outputChannels) >= Self.fewestTransformedChannels)
    }

    private static let fewestTransformedChannels = 32

    /// Bytes that a thread works in where the weights are transformed.
    var winogradScratchBytes: Int {
        let weights = layer.weights
        return weights.kernels.winograd.scratch_floats(weights.inputChannels, weights.outputChannels)
            * MemoryLayout<Float>.stride
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let layout = try ImageConvolutionLayout(self, context.inferenceContext)
        let result = try context.allocate(.float32, layout.output)
        let inputs = try (0..<context.inputCount).map { try context.input($0).elements(of: Float.self) }
        let reference = try LinearLayer.Reference(layer)
        let normalize = try normalization?.reference()
        try result.withMutableElements(of: Float.self) { output in
            for line in 0..<layout.images * layout.y.output {
                for x in 0..<layout.x.output {
                    var sums = reference.start
                    layout.forEachTap(line: line, x: x) { tap, input in
                        for (source, channels) in layout.channels.enumerated() {
                            let row = inputs[source][input * channels.count..<(input + 1) * channels.count]
                            reference.add(
                                row.lazy.map { Double($0) }, tap: tap, channel: channels.lowerBound, to: &sums)
                        }
                    }
                    reference.activate(&sums)
                    normalize?(&sums)
                    for (channel, sum) in sums.enumerated() {
                        let place = layout.place(of: channel, line: line, x: x)
                        let residual = inputs[sources...].reduce(0) { $0 + Double($1[place]) }
                        output[place] = Float(sum + residual)
                    }
                }
            }
        }
        return [result]
    }

    package func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]? {
        let layout = try ImageConvolutionLayout(self, context.inferenceContext)
        let inputs = try (0..<context.inputCount).map { try context.input($0) }
        let result = try context.allocate(TensorType(.float32, layout.output), overResidualsFrom: sources)
        guard result.count > 0 else { return [result] }
        let convolution = try FastImageConvolution(self, layout, inputs: inputs, context.allocator)
        try convolution.run(into: result, on: context.executor)
        return [result]
    }
}
