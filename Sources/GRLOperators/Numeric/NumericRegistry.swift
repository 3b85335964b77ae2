import GRLGraph

extension OperatorRegistry {
    /// Operators that combine many elements: products, convolutions, reductions, normalisations, pooling.
    static let numeric: [any Operator.Type] = [
        Conv.self,
        Gemm.self,
        Hardmax.self,
        FlattenedRowwise<Hardmax>.self,
        LayerNormalization.self,
        LogSoftmax.self,
        FlattenedRowwise<LogSoftmax>.self,
        MatMul.self,
        Softmax.self,
        FlattenedRowwise<Softmax>.self,
    ]
}
