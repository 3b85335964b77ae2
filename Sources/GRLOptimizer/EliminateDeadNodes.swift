package import GRLGraph

/// Removes nodes none of whose outputs is read or returned, and constants that nobody reads.
package struct EliminateDeadNodes: Pass {
    package let name = "eliminate dead nodes"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var live = Set(graph.outputs)
        var dead = Set<NodeID>()
        for node in Array(graph.nodes).reversed() {
            if node.outputs.contains(where: { $0.map(live.contains) ?? false }) {
                live.formUnion(node.inputs.compactMap { $0 })
            } else {
                dead.insert(node.id)
            }
        }
        graph.erase(dead)
        graph.eraseUnusedConstants()
        if !dead.isEmpty { log.applied(self, "removed \(dead.count) nodes") }
    }
}
