package import GRLGraph
import GRLTensor

/// All that is known of single nodes.
package enum NodeText {
    private static let attributeLimit = 400

    /// The nodes with that name, or that compute the value of that name; nil where there is none.
    package static func text(
        of name: String, in model: StagedModel, trees: [ModuleTree], stage: InspectedStage,
        size: (height: Int, width: Int)? = nil
    ) -> String? {
        let graph = model.graph(at: stage.optimizationStage)
        let nodes = nodes(named: name, in: graph)
        guard !nodes.isEmpty else { return nil }
        let types =
            (try? model.inputTypes(size: size ?? model.exportSize))
            .flatMap { try? GraphCosts(graph, inputs: $0) }?.types ?? [:]
        let tree = trees[stage.optimizationStage.rawValue]
        return nodes.map { text(of: $0, graph, tree, types) }.joined(separator: "\n")
    }

    /// The nodes with that name, or that compute the value of that name.
    package static func nodes(named name: String, in graph: Graph) -> [Node] {
        let named = graph.nodes.filter { $0.name == name }
        guard named.isEmpty, let value = graph.value(named: name) else { return named }
        return graph.producer(of: value).map { [$0] } ?? []
    }

    /// Names of nodes that hold `name`, for suggestions.
    package static func similar(to name: String, in graph: Graph) -> [String] {
        let wanted = name.lowercased()
        return Array(graph.nodes.map(\.name).filter { $0.lowercased().contains(wanted) }.prefix(5))
    }

    private static func text(
        of node: Node, _ graph: Graph, _ tree: ModuleTree, _ types: [ValueID: TensorType]
    ) -> String {
        let spec = node.operation.spec
        let domain = spec.domain.isEmpty ? "" : " of \(printable(spec.domain))"
        var lines = ["\(printable(node.name.isEmpty ? "(no name)" : node.name)): \(printable(spec.name))\(domain)"]
        lines.append("module: \(printable("\(tree.path(of: node.id))"))")
        let attributes = node.operation.attributes.sorted { $0.key < $1.key }
        for (name, value) in attributes {
            lines.append("  \(printable(name)) = \(printable(String(value.summary.prefix(attributeLimit))))")
        }
        for (index, input) in node.inputs.enumerated() {
            guard let input else {
                lines.append("input \(index): left out")
                continue
            }
            lines.append("input \(index): \(value(input, graph, types)), \(origin(input, graph))")
            if let constant = graph[input].constant {
                lines.append("  \(statistics(ConstantStatistics(constant)))")
            }
        }
        for (index, output) in node.outputs.enumerated() {
            guard let output else { continue }
            let readers = graph[output].users.map { user in
                let reader = graph[user]
                return printable(reader.name.isEmpty ? reader.operation.spec.name : reader.name)
            }
            let returned = graph.isOutput(output) ? ["the network's output"] : []
            lines.append("output \(index): \(value(output, graph, types))")
            lines.append("  read by \((readers + returned).joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func value(_ id: ValueID, _ graph: Graph, _ types: [ValueID: TensorType]) -> String {
        "\(printable(graph[id].name)): \(types[id].map { "\($0)" } ?? "\(graph[id].declaration)")"
    }

    private static func origin(_ id: ValueID, _ graph: Graph) -> String {
        switch graph[id].origin {
        case .input: return "input of the network"
        case .constant: return "constant"
        case .node(let node, _):
            let producer = graph[node]
            return "from \(printable(producer.name.isEmpty ? producer.operation.spec.name : producer.name))"
        }
    }

    private static func statistics(_ statistics: ConstantStatistics) -> String {
        func text(_ number: Double?) -> String { number.map { "\(Float($0))" } ?? "none" }
        let infinite = statistics.infiniteCount > 0 ? ", \(statistics.infiniteCount) infinite" : ""
        return "min \(text(statistics.minimum)), max \(text(statistics.maximum)), mean \(text(statistics.mean)), "
            + "\(statistics.nanCount) NaN\(infinite), \(Quantity.percent(statistics.sparsity)) zero"
    }
}
