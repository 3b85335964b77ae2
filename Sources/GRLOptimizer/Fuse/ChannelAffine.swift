import GRLGraph
import GRLOperators
import GRLTensor

/// Arithmetic with a constant of each channel.
enum ChannelAffine {
    /// c · x.
    case scale([Float])
    /// x + c.
    case shift([Float])

    /// The layer that does the same to what `operation` computes: to its normalisation if it has one, else to its sums.
    ///
    /// - Throws: memory errors.
    func following(_ operation: ImageConvolution) throws -> ImageConvolution {
        if let norm = operation.normalization {
            return try operation.with(
                normalization: RowNormalization(
                    scale: scaled(norm.scale), bias: shifted(norm.bias), epsilon: norm.epsilon))
        }
        let weights = operation.layer.weights
        let result = try FilterWeights(scaled(weights.plain()), bias: shifted(weights.bias))
        return try operation.with(layer: LinearLayer(weights: result))
    }

    /// A factor [..., channels] of what this is applied to.
    private func scaled(_ factor: Tensor) throws -> Tensor {
        guard case .scale(let constants) = self else { return factor }
        let elements = try factor.elements(of: Float.self)
        return try Tensor(
            elements.enumerated().map { $1 * constants[$0 % constants.count] }, shape: factor.shape)
    }

    /// An addend [channels] of what this is applied to; nil is 0.
    private func shifted(_ addend: Tensor?) throws -> Tensor? {
        switch self {
        case .scale: return try addend.map { try scaled($0) }
        case .shift(let constants):
            guard let elements = try addend?.elements(of: Float.self) else { return try Tensor(vector: constants) }
            return try Tensor(vector: zip(elements, constants).map(+))
        }
    }
}
