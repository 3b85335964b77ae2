import GRLGraph
import GRLTensor

/// How many parameters of a model's file the nodes of its last stage stand for.
///
/// A parameter is counted to the node that became of the first one to read it in the file, also where it was folded
/// into a table or multiplied into other weights.
package struct ParameterCounts: Sendable {
    /// All that the file holds.
    let total: Int
    /// For each node of the last stage that stands for any.
    let nodes: [NodeID: Int]

    /// - Parameters:
    ///   - model: a model through its last stage.
    ///   - contents: what its file holds.
    package init(_ model: StagedModel, contents: FileContents) {
        let graph = model.graph(at: .imported)
        let lineages = model.lineages()
        var nodes: [NodeID: Int] = [:]
        for (value, count) in contents.parameterCounts {
            var node = graph[value].users.first
            for lineage in lineages { node = node.flatMap { lineage.successors[$0]?.first } }
            if let node { nodes[node] = (nodes[node] ?? 0).saturatingSum(count) }
        }
        total = contents.parameters
        self.nodes = nodes
    }
}
