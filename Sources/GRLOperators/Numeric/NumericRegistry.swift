import GRLGraph

extension OperatorRegistry {
    /// Operators that combine many elements: products, convolutions, reductions, normalisations, pooling.
    static let numeric: [any Operator.Type] = [
        AveragePool.self,
        BatchNormalization.self,
        Conv.self,
        ConvTranspose.self,
        Dropout.self,
        Dropout7.self,
        Einsum.self,
        Gemm.self,
        GlobalAveragePool.self,
        GlobalLpPool.self,
        GlobalMaxPool.self,
        GroupNormalization.self,
        GroupNormalization18.self,
        Hardmax.self,
        FlattenedRowwise<Hardmax>.self,
        InstanceNormalization.self,
        L2Normalization.self,
        LayerNormalization.self,
        LogSoftmax.self,
        FlattenedRowwise<LogSoftmax>.self,
        LpNormalization.self,
        LpPool.self,
        MatMul.self,
        MaxPool.self,
        MeanVarianceNormalization.self,
        RMSNormalization.self,
        Softmax.self,
        FlattenedRowwise<Softmax>.self,
    ]
}
