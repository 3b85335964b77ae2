import GRLGraph

extension OperatorRegistry {
    /// Operators that stand for several nodes, for images whose channels come last.
    static let fused: [any Operator.Type] = [
        ChannelAttention.self,
        ImageConvolution.self,
        ImageMLP.self,
        ImagePool.self,
        PixelShuffle.self,
        ProjectedAttention.self,
    ]
}
