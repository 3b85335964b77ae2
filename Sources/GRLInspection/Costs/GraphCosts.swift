package import GRLGraph
import GRLTensor

/// What the nodes of a graph cost on inputs of certain types.
package struct GraphCosts: Sendable {
    package struct NodeCost: Sendable, Hashable {
        /// By the definition of the operator; 0 where there are too many to count.
        package let multiplyAdds: Int
        /// Bytes of the constants that the node is the first to read, and of those that its operator holds.
        package let weightBytes: Int
        /// Bytes of the results, where they are known before the run.
        package let resultBytes: Int
    }

    package let nodes: [NodeID: NodeCost]
    /// The types of the values that do not depend on data.
    package let types: [ValueID: TensorType]

    /// - Throws: a ``NodeError`` when the graph does not accept the inputs.
    package init(_ graph: Graph, inputs: [TensorType]) throws {
        let facts = try TypeInference.run(graph, inputs: inputs.map { ValueFact(type: $0) })
        var seen: Set<ValueID> = []
        var nodes: [NodeID: NodeCost] = [:]
        for node in graph.nodes {
            let known = node.inputs.map { $0.flatMap { facts[$0] } }
            let context = InferenceContext(
                types: known.map { $0?.type }, constants: known.map { $0?.constant }, outputCount: node.outputs.count)
            var weightBytes = (node.operation as? any ConstantHoldingOperator)?.constantBytes ?? 0
            for case let input? in node.inputs {
                guard let constant = graph[input].constant, seen.insert(input).inserted else { continue }
                weightBytes = weightBytes.saturatingSum(constant.byteCount)
            }
            let resultBytes = node.outputs.reduce(0) { sum, output in
                sum.saturatingSum(output.flatMap { facts[$0]?.type.byteCount } ?? 0)
            }
            nodes[node.id] = NodeCost(
                multiplyAdds: (try? node.operation.multiplyAdds(context)) ?? 0, weightBytes: weightBytes,
                resultBytes: resultBytes)
        }
        self.nodes = nodes
        types = facts.mapValues(\.type)
    }
}
