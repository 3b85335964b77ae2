import GRLGraph

extension OperatorRegistry {
    /// This project's own operators, in the domain ``OperatorSpec/restorationDomain``: parts of restoration networks
    /// without the sizes that an export bakes in.
    static let restoration: [any Operator.Type] = [
        CropToScale.self,
        PadToMultiple.self,
        WindowAttention.self,
    ]
}
