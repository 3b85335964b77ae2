import GRLGraph
import GRLOperators

/// The nodes that read a constant, as far as they tell what the constant is.
struct ConstantReaders {
    /// The constant's own name.
    private let name: String
    /// The modules that the nodes belong to.
    let modules: [String]
    /// The other constants that the nodes read, such as the weight beside a bias.
    let siblings: [ValueID]
    /// The attention among the nodes, in a lifted graph.
    let attention: WindowAttention?
    /// Whether all of them enlarge or shrink images, and take nothing else than scales.
    let areResizes: Bool

    init(_ value: Value, in graph: Graph, _ scopes: ModuleScopes) {
        let nodes = value.users.sorted().map { graph[$0] }
        name = value.name
        modules = nodes.map { scopes[$0.id] }
        siblings = nodes.flatMap(\.inputs).compactMap { $0 }.filter { $0 != value.id && graph[$0].constant != nil }
        attention = nodes.lazy.compactMap { $0.operation as? WindowAttention }.first
        areResizes = !nodes.isEmpty && nodes.allSatisfy { ["Resize", "Upsample"].contains($0.operation.spec.name) }
    }

    /// Whether the constant is named after a parameter, or one of the nodes may be part of the parameter's module.
    func mayBelong(to parameter: Parameter) -> Bool {
        name == parameter.name
            || modules.contains {
                ModuleScopes.contains($0, parameter.module) || ModuleScopes.contains(parameter.module, $0)
            }
    }
}
