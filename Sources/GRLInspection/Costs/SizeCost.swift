import GRLGraph
import GRLRuntime
import GRLTensor

/// What a network costs on an image of one size.
package struct SizeCost: Sendable, Encodable {
    /// Nodes of one operator, or of one stage of the network.
    package struct Part: Sendable, Encodable {
        package let name: String
        package fileprivate(set) var nodes = 0
        package fileprivate(set) var multiplyAdds = 0
        /// Parameters of the file that the nodes stand for.
        package fileprivate(set) var parameters = 0
        /// Bytes that the nodes hold as the network runs.
        package fileprivate(set) var weightBytes = 0
        /// Bytes that the nodes write.
        package fileprivate(set) var resultBytes = 0
        /// An estimate; nil where the speed of the machine was not asked for.
        package fileprivate(set) var seconds: Double?

        fileprivate mutating func add(_ cost: GraphCosts.NodeCost, parameters: Int, seconds: Double?) {
            nodes += 1
            multiplyAdds = multiplyAdds.saturatingSum(cost.multiplyAdds)
            weightBytes = weightBytes.saturatingSum(cost.weightBytes)
            self.parameters = self.parameters.saturatingSum(parameters)
            resultBytes = resultBytes.saturatingSum(cost.resultBytes)
            if let seconds { self.seconds = (self.seconds ?? 0) + seconds }
        }
    }

    package let height: Int
    package let width: Int
    /// All of the network.
    package let total: Part
    /// Bytes that a run takes at its worst moment beside weights and input; nil where that is not known.
    package let peakBytes: Int?
    /// The operators, the one with the most multiply-adds first.
    package let operators: [Part]
    /// The modules right inside the network, in the order in which they come to run.
    package let stages: [Part]

    /// - Parameters:
    ///   - model: a model through its last stage.
    ///   - tree: the modules of its last stage.
    ///   - parameters: how many its nodes stand for.
    ///   - peak: multiply-adds a second that the machine reaches, for estimates of time.
    /// - Throws: a ``NodeError`` or a ``RunError`` when the network does not take images of this size.
    package init(
        _ model: StagedModel, _ tree: ModuleTree, _ parameters: ParameterCounts, height: Int, width: Int,
        peak: Double? = nil
    ) throws {
        let inputs = try model.inputTypes(size: (height: height, width: width))
        let graph = model.graph(at: .fused)
        let costs = try GraphCosts(graph, inputs: inputs)
        var total = Part(name: "all")
        var (operators, stages): ([String: Part], [String: Part]) = ([:], [:])
        var order: [String] = []
        for node in graph.nodes {
            guard let cost = costs.nodes[node.id] else { continue }
            let name = node.operation.spec.name
            let seconds = peak.map {
                OperatorSpeed.seconds(
                    name, multiplyAdds: cost.multiplyAdds, resultBytes: cost.resultBytes, peak: $0)
            }
            let stage = tree.path(of: node.id).components.first ?? ""
            if stages[stage] == nil { order.append(stage) }
            let count = parameters.nodes[node.id] ?? 0
            total.add(cost, parameters: count, seconds: seconds)
            operators[name, default: Part(name: name)].add(cost, parameters: count, seconds: seconds)
            stages[stage, default: Part(name: stage.isEmpty ? "(outside)" : stage)]
                .add(cost, parameters: count, seconds: seconds)
        }
        total.parameters = parameters.total
        guard total.multiplyAdds < .max, total.resultBytes < .max else {
            throw RunError(code: "SIZE", message: "the costs of so large an image are more than can be counted")
        }
        self.height = height
        self.width = width
        self.total = total
        self.operators = operators.values.sorted {
            ($0.multiplyAdds, $0.resultBytes, $1.name) > ($1.multiplyAdds, $1.resultBytes, $0.name)
        }
        self.stages = order.compactMap { stages[$0] }
        peakBytes = try? model.memoryPlan(for: inputs).peakBytes
    }
}
