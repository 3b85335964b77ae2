import GRLGraph
import GRLInspection
import GRLOperators
import GRLOptimizer
import TestSupport
import Testing

/// Fixtures of the same network, a stage of four blocks: their modules are told by names of nodes, by names of values,
/// by metadata, or by the names of parameters alone.
private let spellings = [
    "plain-ts17", "plain-ts17-onnxsim", "plain-ts17-onnxslim", "plain-dynamo20", "plain-dynamo20-onnxslim",
    "plain-dynamo18-onnxsim",
]

@Suite struct ModuleTreeTests {
    /// The blocks that the nodes of an operator are in, in their order.
    private func blocks(_ name: String, _ graph: Graph, _ tree: ModuleTree, depth: Int) -> [String] {
        graph.nodes.filter { $0.operation.spec.name == name }
            .map { tree.path(of: $0.id).components.prefix(depth).joined(separator: ".") }
    }

    @Test(arguments: spellings)
    func attentionsAreInTheirBlocksAtEveryStage(fixture: String) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture))
        let trees = model.moduleTrees()
        let expected = (0..<4).flatMap { Array(repeating: "layers.0.blocks.\($0).attn", count: 3) }
        for (stage, operation) in [
            (OptimizationStage.imported, "Softmax"), (.simplified, "Softmax"), (.lifted, "WindowAttention"),
            (.fused, "ProjectedAttention"),
        ] {
            let found = blocks(operation, model.graph(at: stage), trees[stage.rawValue], depth: 3)
            #expect(found == expected, "\(stage)")
        }
        let layers = blocks("ImageMLP", model.graph(at: .fused), trees[OptimizationStage.fused.rawValue], depth: 2)
        #expect(layers == (0..<4).map { "layers.0.blocks.\($0)" })
    }

    @Test(arguments: ["plain-ts17", "plain-dynamo20"])
    func attentionsAreToldApartWhereTheFileSaysIt(fixture: String) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture))
        let found = blocks("WindowAttention", model.graph(at: .lifted), model.moduleTrees()[2], depth: 4)
        #expect(Set(found.prefix(3)) == ["layers.0.blocks.0.attn.window_attn", "layers.0.blocks.0.attn.stripe_attn"])
    }

    @Test func treesHoldEveryNodeOnce() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
        for (stage, tree) in zip(model.stages, model.moduleTrees()) {
            #expect(tree.modules.flatMap(\.nodes).sorted() == stage.graph.schedule.sorted())
            #expect(tree.nodeCounts[0] == stage.graph.schedule.count)
            for (index, module) in tree.modules.enumerated() {
                #expect(module.parent.map { $0 < index && tree.modules[$0].children.contains(index) } ?? (index == 0))
                #expect(module.path.parent == module.parent.map { tree.modules[$0].path })
            }
        }
    }

    /// Masks and tables of indices that a network of open size computes outside of its modules, and nothing else.
    @Test(arguments: ["dynamic-groups-ts15", "dynamic-groups-dynamo20", "dynamic-ts17"])
    func whatFollowsFromTheSizeAloneHasABlock(fixture: String) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture))
        let graph = model.graph(at: .imported)
        let tree = try #require(model.moduleTrees().first)
        let block = try #require(tree.modules.first { $0.path.description == "(shapes and masks)" })
        #expect(block.parent == 0 && block.nodes.count > graph.schedule.count / 3)
        #expect(tree.modules[0].nodes.count < 40)
        #expect(tree.path(of: try #require(graph.nodes.first { $0.operation is Conv }).id).description == "conv_first")
        let operators = Set(block.nodes.map { graph[$0].operation.spec.name })
        #expect(operators.isDisjoint(with: ["Conv", "Softmax", "LayerNormalization"]))
    }

    /// Few nodes stay where they are.
    @Test func fixedNetworksHaveNoSuchBlock() throws {
        for tree in try StagedModel(contentsOfFile: Fixtures.path("plain-ts17")).moduleTrees() {
            #expect(!tree.modules.contains { $0.path.description.hasPrefix("(") })
        }
    }

    @Test func nodesOfWhichNothingIsSaidBelongBetweenTheirNeighbours() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1, 4])
        let first = try builder.node("Relu", x, name: "/body.0/attn/Relu")
        let between = try builder.node("Neg", first, name: "")
        let second = try builder.node("Exp", between, name: "/body.0/mlp/Exp")
        let last = try builder.node("Neg", second, name: "")
        builder.output(last)
        let tree = ModuleTree(builder.graph)
        let paths = builder.graph.nodes.map { tree.path(of: $0.id).description }
        #expect(paths == ["body.0.attn", "body.0", "body.0.mlp", ""])
        #expect(tree.modules.map(\.path.description) == ["", "body.0", "body.0.attn", "body.0.mlp"])
    }
}
