package import GRLGraph

/// All operators by domain, name and version.
package enum OperatorRegistry {
    /// The newest opset of the standard domain whose semantics are known here (ONNX 1.22).
    package static let newestOpset = 27

    /// One entry for each operator and, where semantics changed, for each version.
    package static let operators: [any Operator.Type] =
        elementwise + movement + numeric + reductions + restoration + fused

    /// The implementation of an operator under an opset, or nil when there is none.
    package static func find(_ name: String, domain: String = OperatorSpec.onnxDomain, opset: Int) -> (
        any Operator.Type
    )? {
        table[Key(domain: domain, name: name)]?.first { $0.spec.versions.contains(opset) }
    }

    private struct Key: Hashable {
        let domain: String
        let name: String
    }

    private static let table: [Key: [any Operator.Type]] = Dictionary(
        grouping: operators, by: { Key(domain: $0.spec.domain, name: $0.spec.name) })
}
