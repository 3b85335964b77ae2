import GRLGraph
import GRLTensor

/// One node of a graph, for lists.
package struct NodeRow: Sendable, Encodable {
    /// The modules around it, such as `layers.0.blocks.2.attn`.
    package let module: String
    package let name: String
    package let `operator`: String
    /// Names and types of the inputs; `-` for one that is left out.
    package let inputs: [String]
    package let outputs: [String]
    package let multiplyAdds: Int
    package let weightBytes: Int
    package let resultBytes: Int
    /// Where the first output lies while the network runs, at stage `plan`: `offset+bytes`, or what it is instead.
    package let place: String?

    package init(
        module: String, name: String, operator: String, inputs: [String], outputs: [String], multiplyAdds: Int,
        weightBytes: Int, resultBytes: Int, place: String?
    ) {
        self.module = module
        self.name = name
        self.operator = `operator`
        self.inputs = inputs
        self.outputs = outputs
        self.multiplyAdds = multiplyAdds
        self.weightBytes = weightBytes
        self.resultBytes = resultBytes
        self.place = place
    }
}

/// The nodes of a graph at one stage, those that are asked for, grouped by module.
package struct StageListing: Sendable {
    /// Which nodes to list.
    package struct Filter: Sendable {
        /// Nodes whose module, name, operator or values have a match; all for nil.
        package var pattern: String?
        /// Nodes of this operator; all for nil.
        package var operatorName: String?

        package init(pattern: String? = nil, operatorName: String? = nil) {
            self.pattern = pattern
            self.operatorName = operatorName
        }
    }

    package let stage: InspectedStage
    package let rows: [NodeRow]
    /// Of the plan, at stage `plan`.
    package let planSummary: String?
    /// Where nothing matches: the operators of the stage and how many nodes have them, the most frequent first.
    let operatorCounts: String?
    let tree: ModuleTree
    let rowsByNode: [NodeID: NodeRow]

    /// - Parameters:
    ///   - model: a model through the stage.
    ///   - trees: the modules of its stages.
    ///   - size: height and width of the image, for costs and types; those of the export by default.
    /// - Throws: an error of the pattern; a ``RunError`` at stage `plan` where the network does not run.
    package init(
        _ model: StagedModel, trees: [ModuleTree], stage: InspectedStage, filter: Filter = Filter(),
        size: (height: Int, width: Int)? = nil
    ) throws {
        let (graph, tree) = (model.graph(at: stage.optimizationStage), trees[stage.optimizationStage.rawValue])
        let inputs = try? model.inputTypes(size: size ?? model.exportSize)
        let costs = inputs.flatMap { try? GraphCosts(graph, inputs: $0) }
        let plan = stage == .plan ? try model.memoryPlan(for: model.inputTypes(size: size ?? model.exportSize)) : nil
        let pattern = try filter.pattern.map { try Regex($0).ignoresCase() }
        var rows: [NodeRow] = []
        var rowsByNode: [NodeID: NodeRow] = [:]
        for node in graph.nodes {
            let name = node.operation.spec.name
            if let wanted = filter.operatorName, wanted.lowercased() != name.lowercased() { continue }
            func text(_ value: ValueID?) -> String {
                guard let value else { return "-" }
                let type = costs?.types[value].map { "\($0)" } ?? "\(graph[value].declaration)"
                return "\(graph[value].name): \(type)"
            }
            let cost = costs?.nodes[node.id]
            let row = NodeRow(
                module: "\(tree.path(of: node.id))", name: node.name, operator: name, inputs: node.inputs.map(text),
                outputs: node.outputs.map(text), multiplyAdds: cost?.multiplyAdds ?? 0,
                weightBytes: cost?.weightBytes ?? 0, resultBytes: cost?.resultBytes ?? 0,
                place: plan.flatMap { plan in node.outputs.first.flatMap { $0 }.map { plan.place(of: $0) } })
            if let pattern {
                let texts = [row.module, row.name, row.operator] + row.inputs + row.outputs
                guard texts.contains(where: { $0.contains(pattern) }) else { continue }
            }
            rows.append(row)
            rowsByNode[node.id] = row
        }
        if rows.isEmpty, !graph.schedule.isEmpty {
            let counts = Dictionary(graph.nodes.map { ($0.operation.spec.name, 1) }, uniquingKeysWith: +)
            operatorCounts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
                .map { "\(printable($0.key)) \($0.value)" }.joined(separator: ", ")
        } else {
            operatorCounts = nil
        }
        self.stage = stage
        self.rows = rows
        self.rowsByNode = rowsByNode
        self.tree = tree
        planSummary = plan?.summary
    }
}
