import GRLGraph
package import GRLTensor

/// Layer normalisation of a pixel's channels, as part of a fused layer:
/// (x - mean) / √(variance + epsilon) · scale + bias.
package struct RowNormalization: Sendable {
    /// [C].
    package let scale: Tensor
    /// [C].
    package let bias: Tensor?
    package let epsilon: Float

    package init(scale: Tensor, bias: Tensor?, epsilon: Float) {
        self.scale = scale
        self.bias = bias
        self.epsilon = epsilon
    }

    /// Reads the attributes `norm_scale`, `norm_bias` and `norm_epsilon`; nil where the layer does not normalise.
    ///
    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE` when they are not for rows of `channels` numbers.
    init?(_ node: inout NodeReader, channels: Int) throws {
        let (scale, bias) = (try node.tensor("norm_scale"), try node.tensor("norm_bias"))
        let epsilon = try node.float("norm_epsilon", default: 1e-5)
        guard let scale else { return nil }
        for tensor in [scale, bias ?? scale] {
            try FilterWeights.requireVector(tensor, channels, "norm_scale or norm_bias")
        }
        self.init(scale: scale, bias: bias, epsilon: epsilon)
    }

    var attributes: [String: AttributeValue] {
        var result: [String: AttributeValue] = ["norm_scale": .tensor(scale), "norm_epsilon": .float(epsilon)]
        result["norm_bias"] = bias.map { .tensor($0) }
        return result
    }

    /// The function that normalises one row.
    ///
    /// - Throws: `DTYPE`.
    func reference() throws -> (inout [Double]) -> Void {
        let scales = try scale.elements(of: Float.self)
        let biases = try bias?.elements(of: Float.self)
        let epsilon = Double(epsilon)
        return { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            for index in row.indices {
                row[index] =
                    (row[index] - mean) / (variance + epsilon).squareRoot() * Double(scales[index])
                    + Double(biases?[index] ?? 0)
            }
        }
    }
}
