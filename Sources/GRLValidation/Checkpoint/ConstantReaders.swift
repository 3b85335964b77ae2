import GRLGraph
import GRLOperators

/// The nodes that read a constant, as far as they tell what the constant is.
struct ConstantReaders {
    /// The modules that the nodes belong to.
    let modules: [String]
    /// The attention among the nodes, in a lifted graph.
    let attention: WindowAttention?
    /// Whether all of them enlarge or shrink images, and take nothing else than scales.
    let areResizes: Bool

    init(_ value: Value, in graph: Graph, _ scopes: ModuleScopes) {
        let nodes = value.users.sorted().map { graph[$0] }
        modules = nodes.map { scopes[$0.id] }
        attention = nodes.lazy.compactMap { $0.operation as? WindowAttention }.first
        areResizes = !nodes.isEmpty && nodes.allSatisfy { ["Resize", "Upsample"].contains($0.operation.spec.name) }
    }

    /// Whether one of the nodes may be part of the module that a parameter belongs to.
    func mayBelong(to parameter: Parameter) -> Bool {
        modules.contains {
            ModuleScopes.contains($0, parameter.module) || ModuleScopes.contains(parameter.module, $0)
        }
    }
}
