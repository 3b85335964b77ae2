import GRLGraph

extension OperatorRegistry {
    /// Operators that compute each output element from the input elements at the same place.
    static let elementwise: [any Operator.Type] = [
        Identity.self
    ]
}
