package import GRLGraph

/// Which nodes of a stage became which nodes of the next one.
///
/// A pass that puts a node in the place of others lets it stand for them (``Node/origins``). A node that went without
/// that — a movement of data that became an attribute, a part of a pattern, a constant that was folded — is counted to
/// the nodes that its results flow into; behind the last of those, to the ones that they come from.
package struct Lineage: Sendable {
    /// A node whose results flow into more nodes than this is counted to the first of them only.
    private static let sharingLimit = 32

    /// For each node of the earlier graph the nodes of the later one that stand for it, in their order; none for nodes
    /// on which no output depends.
    package let successors: [NodeID: [NodeID]]
    /// For each node of the later graph the nodes of the earlier one for which it stands, in their order.
    package let predecessors: [NodeID: [NodeID]]

    /// - Parameters:
    ///   - earlier: the graph as it was when its nodes were last marked as origins.
    ///   - later: what passes made of it.
    package init(from earlier: Graph, to later: Graph) {
        var heirs: [NodeID: [Int]] = [:]
        let laterNodes = Array(later.nodes)
        for (position, node) in laterNodes.enumerated() {
            for origin in Set(node.origins) where earlier.contains(origin) {
                heirs[origin, default: []].append(position)
            }
        }
        Self.follow(Array(earlier.nodes).reversed(), &heirs) { node in
            node.outputs.compactMap { $0 }.flatMap { earlier[$0].users }
        }
        let used = Self.nodesBehindOutputs(of: earlier)
        Self.follow(earlier.nodes.filter { used.contains($0.id) }, &heirs) { node in
            node.inputs.compactMap { $0.flatMap { earlier.producer(of: $0)?.id } }
        }
        var predecessors: [NodeID: [NodeID]] = [:]
        for node in earlier.nodes {
            for position in heirs[node.id] ?? [] { predecessors[laterNodes[position].id, default: []].append(node.id) }
        }
        self.predecessors = predecessors
        successors = heirs.mapValues { $0.map { laterNodes[$0].id } }
    }

    /// Lets nodes without heirs have those of their neighbours, one after the other.
    private static func follow(
        _ nodes: some Sequence<Node>, _ heirs: inout [NodeID: [Int]], neighbours: (Node) -> [NodeID]
    ) {
        for node in nodes where heirs[node.id] == nil {
            var inherited = Set<Int>()
            for neighbour in Set(neighbours(node)) { inherited.formUnion(heirs[neighbour] ?? []) }
            guard let first = inherited.min() else { continue }
            heirs[node.id] = inherited.count > sharingLimit ? [first] : inherited.sorted()
        }
    }

    private static func nodesBehindOutputs(of graph: Graph) -> Set<NodeID> {
        var used = Set(graph.outputs.compactMap { graph.producer(of: $0)?.id })
        for node in Array(graph.nodes).reversed() where used.contains(node.id) {
            for case let input? in node.inputs {
                if let producer = graph.producer(of: input) { used.insert(producer.id) }
            }
        }
        return used
    }
}
