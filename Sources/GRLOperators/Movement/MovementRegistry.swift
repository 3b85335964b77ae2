import GRLGraph

extension OperatorRegistry {
    /// Operators that move, select or create elements without calculating with them.
    static let movement: [any Operator.Type] = []
}
