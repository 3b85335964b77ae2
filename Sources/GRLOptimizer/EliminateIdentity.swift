package import GRLGraph
import GRLOperators

/// Lets the readers of an `Identity` read its input.
///
/// An `Identity` of a graph input that is itself a graph output stays: inputs and outputs keep their names.
package struct EliminateIdentity: Pass {
    package let name = "eliminate identity"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var erased = Set<NodeID>()
        for node in Array(graph.nodes) where node.operation is Identity {
            let current = graph[node.id]
            guard case let input?? = current.inputs.first, case let output?? = current.outputs.first,
                !graph.isOutput(output)
            else { continue }
            graph.replaceUses(of: output, with: input)
            erased.insert(node.id)
        }
        graph.erase(erased)
        if !erased.isEmpty { log.applied(self, "removed \(erased.count) nodes") }
    }
}
