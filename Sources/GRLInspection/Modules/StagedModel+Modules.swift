extension StagedModel {
    /// The nodes of each stage, grouped by module.
    package func moduleTrees() -> [ModuleTree] {
        var trees: [ModuleTree] = []
        for stage in stages {
            trees.append(trees.last.map { ModuleTree(stage.graph, after: $0) } ?? ModuleTree(stage.graph))
        }
        return trees
    }

    /// What became of the nodes of each stage in the next one: one for each pair of neighbours.
    package func lineages() -> [Lineage] {
        zip(stages, stages.dropFirst()).map { Lineage(from: $0.graph, to: $1.graph) }
    }
}
