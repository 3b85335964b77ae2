import GRLGraph
import GRLTensor

/// A matrix product, or a convolution, with what follows it at each pixel: bias and activation.
package struct LinearLayer: Sendable {
    package let weights: FilterWeights
    package let activation: Activation

    package init(weights: FilterWeights, activation: Activation = .none) {
        self.weights = weights
        self.activation = activation
    }

    /// Reads the attributes `weights` and `bias`, their names behind `prefix`, and, if wanted, `activation` and
    /// `slope`.
    ///
    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE`.
    init(_ node: inout NodeReader, readsActivation: Bool = true, prefix: String = "") throws {
        let weights = try node.required(prefix + "weights", node.tensor(prefix + "weights"))
        self.init(
            weights: try FilterWeights(weights, bias: node.tensor(prefix + "bias")),
            activation: readsActivation ? try Activation(&node) : .none)
    }

    /// The attributes that say the same; without the weights where there is no memory to write them plainly.
    func attributes(prefix: String = "") -> [String: AttributeValue] {
        var result = activation.attributes
        result[prefix + "weights"] = (try? weights.plain()).map { .tensor($0) }
        result[prefix + "bias"] = weights.bias.map { .tensor($0) }
        return result
    }

    /// The same layer with another activation.
    package func activated(_ activation: Activation) -> LinearLayer {
        LinearLayer(weights: weights, activation: activation)
    }

    /// The same layer on other kernels.
    ///
    /// - Throws: memory errors.
    package func running(on kernels: ProductKernels) throws -> LinearLayer {
        let weights = try FilterWeights(weights.plain(), bias: weights.bias, kernels: kernels)
        return LinearLayer(weights: weights, activation: activation)
    }

    /// The layer at one pixel in plain loops: adds what one tap makes of the input pixels `row`, from input channel
    /// `channel` on, to `sums`.
    struct Reference {
        private let weights: [Float]
        private let bias: [Float]?
        private let activation: Activation
        private let inputChannels: Int
        private let outputChannels: Int

        /// - Throws: memory errors.
        init(_ layer: LinearLayer) throws {
            weights = try layer.weights.plain().elements(of: Float.self)
            bias = try layer.weights.bias?.elements(of: Float.self)
            activation = layer.activation
            inputChannels = layer.weights.inputChannels
            outputChannels = layer.weights.outputChannels
        }

        /// The sums before anything is added to them.
        var start: [Double] { bias?.map { Double($0) } ?? Array(repeating: 0, count: outputChannels) }

        func add(_ row: some Sequence<Double>, tap: Int = 0, channel: Int = 0, to sums: inout [Double]) {
            for (index, x) in row.enumerated() {
                let first = (tap * inputChannels + channel + index) * outputChannels
                for output in sums.indices { sums[output] += x * Double(weights[first + output]) }
            }
        }

        func activate(_ sums: inout [Double]) {
            for index in sums.indices { sums[index] = activation.value(at: sums[index]) }
        }
    }
}
