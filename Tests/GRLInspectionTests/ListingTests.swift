import GRLInspection
import Testing

@Suite struct ListingTests {
    private func listing(
        _ name: String, _ stage: InspectedStage, pattern: String? = nil, operatorName: String? = nil
    ) throws -> StageListing {
        let model = try StagedModel(contentsOfFile: Fixtures.path(name))
        return try StageListing(
            model, trees: model.moduleTrees(), stage: stage, filter: .init(pattern: pattern, operatorName: operatorName)
        )
    }

    @Test func groupsNodesByModule() throws {
        let text = StageText.text(of: try listing("plain-ts17", .lift), depth: nil, showsNodes: false)
        #expect(text.contains("\n  layers.0  "))
        #expect(text.contains("\n    blocks.2  "))
        #expect(text.contains("\n      attn  "))
    }

    @Test func depthClosesModules() throws {
        let text = StageText.text(of: try listing("plain-ts17", .lift), depth: 1, showsNodes: false)
        #expect(text.contains("\n  layers.0  "))
        #expect(!text.contains("blocks"))
    }

    @Test func nodesOfClosedModulesAreListed() throws {
        let listing = try listing("plain-ts17", .fuse)
        for depth in [0, 1, 9] {
            let lines = StageText.text(of: listing, depth: depth, showsNodes: true).split(separator: "\n")
            let nodes = lines.filter { $0.contains(" → ") }
            #expect(nodes.count == listing.rows.count)
        }
    }

    @Test func filters() throws {
        let attentions = try listing("plain-ts17", .lift, operatorName: "windowattention").rows
        #expect(attentions.count == 12)
        #expect(attentions.allSatisfy { $0.operator == "WindowAttention" && $0.multiplyAdds > 0 })
        let block = try listing("plain-ts17", .lift, pattern: "blocks\\.1").rows
        #expect(!block.isEmpty)
        #expect(block.count < attentions.count * 4)
        #expect(throws: (any Error).self) { try listing("plain-ts17", .lift, pattern: "(") }
    }

    @Test func planTellsPlaces() throws {
        let listing = try listing("plain-ts17", .plan)
        #expect(listing.rows.allSatisfy { $0.place != nil })
        #expect(listing.rows.contains { $0.place?.hasPrefix("arena ") ?? false })
        #expect(listing.rows.last?.place?.hasPrefix("result") ?? false)
        #expect(listing.planSummary?.contains("arena") ?? false)
    }

    @Test func nodesAreDescribed() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"), through: .imported)
        let trees = model.moduleTrees()
        let nodes = NodeDetails.list(of: "/conv_first/Conv", in: model, trees: trees, stage: .import)
        let text = NodeText.text(of: nodes)
        #expect(text.contains("/conv_first/Conv: Conv"))
        #expect(text.contains("kernel_shape = [3, 3]"))
        #expect(text.contains("conv_first.weight: float32[16, 3, 3, 3], constant"))
        #expect(text.contains("0 NaN"))
        let node = try #require(nodes.first)
        #expect(nodes.count == 1 && node.module == "conv_first" && node.attributes["kernel_shape"] == "[3, 3]")
        #expect(node.inputs.map { $0?.type } == ["float32[1, 3, 16, 24]", "float32[16, 3, 3, 3]", "float32[16]"])
        #expect(node.inputs.map { $0?.statistics?.count } == [nil, 432, 16])
        #expect(
            node.outputs.map(\.type) == ["float32[1, 16, 16, 24]"]
                && node.outputs[0].readers == ["/Shape", "/Reshape", "/Add"])
        let byValue = NodeDetails.list(of: node.outputs[0].name, in: model, trees: trees, stage: .import)
        #expect(byValue.map(\.name) == ["/conv_first/Conv"])
        #expect(NodeDetails.list(of: "nowhere", in: model, trees: trees, stage: .import).isEmpty)
        #expect(NodeDetails.similar(to: "conv_first", in: model.graph(at: .imported)) == ["/conv_first/Conv"])
    }

    @Test func nodesOutsideOfModulesHaveNoModule() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"), through: .imported)
        let graph = model.graph(at: .imported)
        let tree = try #require(model.moduleTrees().first)
        let node = try #require(graph.nodes.first { tree.path(of: $0.id) == .root })
        let text = NodeText.text(
            of: NodeDetails.list(of: node.name, in: model, trees: [tree], stage: .import))
        #expect(!text.isEmpty && !text.contains("module:"))
    }

    @Test func whatMatchesNothingTellsWhatThereIs() throws {
        let text = StageText.text(
            of: try listing("plain-ts17", .lift, operatorName: "Cnv"), depth: nil, showsNodes: true)
        #expect(text.hasPrefix("lift: 0 nodes match; it has ") && text.contains("WindowAttention 12"))
    }

    @Test func logTellsRefusals() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("euclidean-ts16"))
        let text = LogText.text(of: model)
        #expect(text.contains("declined, no operand has the shape of the result"))
        #expect(LogRow.rows(of: model).contains { $0.stage == "lift" && $0.kind == "declined" })
    }
}
