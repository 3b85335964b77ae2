import GRLGraph
import GRLOptimizer
import GRLTensor

/// Makes the data of a page.
struct PageBuilder {
    let model: StagedModel
    /// The types of the model's inputs that costs are told for.
    let inputs: [TensorType]
    let profile: TraceProfile?
    private var tables = PageTables()

    init(model: StagedModel, inputs: [TensorType], profile: TraceProfile?) {
        self.model = model
        self.inputs = inputs
        self.profile = profile
    }

    mutating func build(title: String, facts: [(String, String)]) -> PageData {
        let trees = model.moduleTrees()
        let lineages = model.lineages()
        let stages = model.stages.enumerated().map { index, stage in
            let next = index < lineages.count ? (lineages[index], model.stages[index + 1].graph) : nil
            return self.stage(stage, trees[index], next: next)
        }
        return PageData(
            title: printable(title), facts: facts.map { [$0.0, $0.1] },
            size: inputs.map(\.description).joined(separator: ", "), tables: tables.tables, stages: stages,
            operators: profile?.operators ?? [])
    }

    private mutating func stage(
        _ stage: StagedModel.Stage, _ tree: ModuleTree, next: (lineage: Lineage, graph: Graph)?
    ) -> PageData.Stage {
        let graph = stage.graph
        let costs = try? GraphCosts(graph, inputs: inputs)
        var positions: [ValueID: Int] = [:]
        let values = self.values(graph, costs, &positions)
        var nodes = PageData.Nodes()
        for node in graph.nodes {
            nodes.operator.append(tables.operator(node.operation.spec.name))
            nodes.name.append(node.name)
            nodes.module.append(tree.module(of: node.id))
            nodes.attributes.append(tables.attributes(of: node.operation))
            nodes.inputs.append(node.inputs.map { $0.flatMap { positions[$0] } ?? -1 })
            nodes.outputs.append(node.outputs.map { $0.flatMap { positions[$0] } ?? -1 })
        }
        nodes.name = FoldedNames.fold(nodes.name)
        if let next {
            let places = Dictionary(uniqueKeysWithValues: zip(next.graph.schedule, 0...))
            nodes.next = graph.schedule.map { (next.lineage.successors[$0] ?? []).compactMap { places[$0] } }
        }
        var modules = PageData.Modules()
        for module in tree.modules {
            modules.name.append(module.path.name)
            modules.parent.append(module.parent ?? -1)
        }
        return PageData.Stage(
            key: "\(stage.stage)", label: stage.stage.label, nodes: nodes, values: values, modules: modules,
            inputs: graph.inputs.compactMap { positions[$0] }, outputs: graph.outputs.compactMap { positions[$0] },
            costs: self.costs(graph, costs, isLast: stage.stage == .fused),
            log: stage.log.entries.map { [$0.kind.rawValue, printable("\($0)")] })
    }

    private mutating func values(
        _ graph: Graph, _ costs: GraphCosts?, _ positions: inout [ValueID: Int]
    ) -> PageData.Values {
        var values = PageData.Values()
        for value in graph.values {
            positions[value.id] = values.name.count
            values.name.append(value.name)
            let type = costs?.types[value.id]?.description ?? value.declaration.description
            values.type.append(tables.type(type))
            values.constant.append(value.constant.map { tables.constant($0) } ?? -1)
        }
        values.name = FoldedNames.fold(values.name)
        return values
    }

    private func costs(_ graph: Graph, _ costs: GraphCosts?, isLast: Bool) -> PageData.Costs {
        var result = PageData.Costs()
        if let costs {
            let nodes = graph.schedule.map { costs.nodes[$0] }
            result.multiplyAdds = nodes.map { $0?.multiplyAdds ?? 0 }
            result.weightBytes = nodes.map { $0?.weightBytes ?? 0 }
            result.resultBytes = nodes.map { $0?.resultBytes ?? 0 }
        }
        if isLast, let profile { result.time = profile.milliseconds }
        return result
    }
}

extension OptimizationStage {
    /// The stage's name on the page.
    fileprivate var label: String {
        switch self {
        case .imported: "In the file"
        case .simplified: "Simplified"
        case .lifted: "Lifted"
        case .fused: "Fused"
        }
    }
}
