import GRLGraph

extension OperatorRegistry {
    /// Operators that combine many elements: products, convolutions, reductions, normalisations, pooling.
    static let numeric: [any Operator.Type] = []
}
