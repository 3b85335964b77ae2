import GRLGraph

extension RowNormalization {
    /// Bytes of the constants.
    var constantBytes: Int { scale.byteCount + (bias?.byteCount ?? 0) }
}

extension ImageConvolution: ConstantHoldingOperator {
    package var constantBytes: Int {
        layer.weights.byteCount(as: weightLayout) + (normalization?.constantBytes ?? 0)
    }
}

extension ImageMLP: ConstantHoldingOperator {
    package var constantBytes: Int {
        first.weights.byteCount() + second.weights.byteCount() + (normalization?.constantBytes ?? 0)
    }
}

extension ChannelAttention: ConstantHoldingOperator {
    package var constantBytes: Int { first.weights.byteCount() + second.weights.byteCount() }
}

extension ProjectedAttention: ConstantHoldingOperator {
    package var constantBytes: Int { projection.constantBytes }
}
