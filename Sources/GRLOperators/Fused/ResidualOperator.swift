package import GRLGraph

/// An operator that adds residuals, its last inputs, to what it computes: tensors of the output's shape.
package protocol ResidualOperator: Operator {
    /// How many inputs stand before the residuals.
    var sourceCount: Int { get }
    /// Whether it can add any.
    var addsResiduals: Bool { get }
}

extension ResidualOperator {
    package var addsResiduals: Bool { true }
}

/// How many residuals an operator adds.
package enum ResidualLimit {
    /// As many as kernels take.
    package static let count = 2
}

extension ImageMLP: ResidualOperator {
    package var sourceCount: Int { 1 }
}

extension ChannelAttention: ResidualOperator {
    package var sourceCount: Int { 1 }
}

extension ImageConvolution: ResidualOperator {
    package var sourceCount: Int { sources }
    package var addsResiduals: Bool { shuffle == 1 }
}
