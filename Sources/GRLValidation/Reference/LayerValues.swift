package import GRLGraph
import GRLTensor

/// Finds the values of a graph that a layer's name stands for: a node's output by its name, or what a module gives.
package struct LayerValues {
    private let graph: Graph
    private let scopes: ModuleScopes
    private let positions: [ValueID: Int]

    package init(_ graph: Graph, _ scopes: ModuleScopes) {
        self.graph = graph
        self.scopes = scopes
        var positions: [ValueID: Int] = [:]
        for (position, node) in graph.nodes.enumerated() {
            for case let output? in node.outputs { positions[output] = position }
        }
        self.positions = positions
    }

    /// Where a value stands in the order of the run; -1 for inputs and constants.
    package func position(of value: ValueID) -> Int { positions[value] ?? -1 }

    /// The module that a value is computed in; nil for the network itself.
    package func module(of value: ValueID) -> String? {
        guard let node = graph.producer(of: value) else { return nil }
        return scopes[node.id].isEmpty ? nil : scopes[node.id]
    }

    /// The value of that name, or else what the module of that name gives to the rest of the network, the last first.
    package func values(named name: String) -> [ValueID] {
        // Archives hold no names that begin with a slash.
        if let value = graph.value(named: name) ?? graph.value(named: "/" + name) { return [value] }
        guard !name.isEmpty else { return [] }
        return graph.nodes.filter { ModuleScopes.contains(name, scopes[$0.id]) }
            .flatMap { $0.outputs.compactMap { $0 } }
            .filter { value in
                graph.isOutput(value) || graph[value].users.contains { !ModuleScopes.contains(name, scopes[$0]) }
            }
            .sorted { position(of: $0) > position(of: $1) }
    }
}
