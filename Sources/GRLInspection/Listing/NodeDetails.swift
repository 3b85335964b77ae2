package import GRLGraph
import GRLTensor

/// All that is known of one node.
package struct NodeDetails: Sendable, Encodable {
    package struct Input: Sendable, Encodable {
        package let name: String
        /// For example `float32[16, 3, 3, 3]`, open axes by name.
        package let type: String
        /// The node that computes it; nil for constants and inputs of the network.
        package let producer: String?
        /// Nil for what is no constant.
        package let statistics: ConstantStatistics?
    }

    package struct Output: Sendable, Encodable {
        package let name: String
        package let type: String
        /// The nodes that read it.
        package let readers: [String]
        package let isReturned: Bool
    }

    /// The modules around it, such as `layers.0.blocks.2.attn`.
    package let module: String
    package let name: String
    package let `operator`: String
    /// The domain of the operator; empty for the standard one.
    package let domain: String
    /// Attributes in a few words; tensors by their type and what their elements are like, graphs by their name.
    package let attributes: [String: String]
    /// Nil for those that are left out.
    package let inputs: [Input?]
    package let outputs: [Output]

    /// The nodes with that name, or that compute the value of that name, or read it where it is a constant or an input
    /// of the network; none where there is neither.
    package static func list(
        of name: String, in model: StagedModel, trees: [ModuleTree], stage: InspectedStage,
        size: (height: Int, width: Int)? = nil
    ) -> [NodeDetails] {
        let graph = model.graph(at: stage.optimizationStage)
        let nodes = nodes(named: name, in: graph)
        guard !nodes.isEmpty else { return [] }
        let types =
            (try? model.inputTypes(size: size ?? model.exportSize))
            .flatMap { try? GraphCosts(graph, inputs: $0) }?.types ?? [:]
        let tree = trees[stage.optimizationStage.rawValue]
        return nodes.map { NodeDetails($0, graph, tree, types) }
    }

    /// Names of nodes that hold `name`, for suggestions.
    package static func similar(to name: String, in graph: Graph) -> [String] {
        let wanted = name.lowercased()
        return Array(graph.nodes.map(\.name).filter { $0.lowercased().contains(wanted) }.prefix(5))
    }

    private static func nodes(named name: String, in graph: Graph) -> [Node] {
        let named = graph.nodes.filter { $0.name == name }
        guard named.isEmpty, let value = graph.value(named: name) else { return named }
        return graph.producer(of: value).map { [$0] } ?? graph[value].users.map { graph[$0] }
    }

    private init(_ node: Node, _ graph: Graph, _ tree: ModuleTree, _ types: [ValueID: TensorType]) {
        func type(_ id: ValueID) -> String { types[id].map { "\($0)" } ?? "\(graph[id].declaration)" }
        module = "\(tree.path(of: node.id))"
        name = node.name
        self.operator = node.operation.spec.name
        domain = node.operation.spec.domain
        attributes = node.operation.attributes.mapValues { value in
            guard case .tensor(let tensor) = value else { return value.summary }
            return "\(value.summary): \(ConstantStatistics(tensor))"
        }
        inputs = node.inputs.map { input in
            guard let input else { return nil }
            return Input(
                name: graph[input].name, type: type(input),
                producer: graph.producer(of: input).map(Self.name(of:)),
                statistics: graph[input].constant.map { ConstantStatistics($0) })
        }
        outputs = node.outputs.compactMap { $0 }.map { output in
            Output(
                name: graph[output].name, type: type(output),
                readers: graph[output].users.map { Self.name(of: graph[$0]) }, isReturned: graph.isOutput(output))
        }
    }

    private static func name(of node: Node) -> String { node.name.isEmpty ? node.operation.spec.name : node.name }
}
