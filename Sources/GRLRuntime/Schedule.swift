import GRLGraph

/// The order in which a graph's nodes run, and after which step each value is needed no more.
struct Schedule: Sendable {
    struct Step: Sendable {
        let node: Node
        /// The inputs, each once, that no later step reads and the graph does not return.
        let lastReads: [ValueID]
        /// The outputs that nobody reads and the graph does not return.
        let unread: [ValueID]
    }

    let graph: Graph
    let steps: [Step]

    init(_ graph: Graph) {
        self.graph = graph
        var kept = Set(graph.outputs)
        for value in graph.values where value.constant != nil { kept.insert(value.id) }
        var steps: [Step] = []
        var seen = kept
        for node in Array(graph.nodes).reversed() {
            let unread = node.outputs.compactMap { $0 }.filter { !seen.contains($0) }
            var lastReads: [ValueID] = []
            for case let input? in node.inputs where seen.insert(input).inserted { lastReads.append(input) }
            steps.append(Step(node: node, lastReads: lastReads, unread: unread))
        }
        self.steps = steps.reversed()
    }
}
