import Foundation
import GRLInspection
import Testing

@Suite struct SummaryTests {
    private func summary(_ name: String) throws -> ModelSummary {
        let model = try StagedModel(contentsOfFile: Fixtures.path(name))
        return ModelSummary(model, trees: model.moduleTrees())
    }

    @Test(arguments: [
        "plain-ts17", "base-dynamo22", "euclidean-ts16", "swinir-ts17", "rcan-ts17", "dynamic-groups-ts15",
    ])
    func fitsOnOneScreen(name: String) throws {
        let text = SummaryText.text(of: try summary(name))
        #expect(text.split(separator: "\n").count <= 32)
        #expect(text.contains(name + ".onnx"))
    }

    @Test func tellsWhatTheNetworkIs() throws {
        let text = SummaryText.text(of: try summary("base-ts12"))
        #expect(text.contains("GRL, custom"))
        #expect(text.contains("36 channels; layers by stage: 2, 1; MLP ratio 2"))
        #expect(text.contains("3 of 6 channels"))
        #expect(text.contains("local connection: yes"))
        #expect(text.contains("runs at any height and width"))
    }

    @Test func pagesSayTheSame() throws {
        let summary = try summary("base-ts12")
        let facts = Dictionary(SummaryText.facts(of: summary).map { ($0.name, $0.text) }) { first, _ in first }
        #expect(facts["network"] == "GRL, custom\n36 channels; layers by stage: 2, 1; MLP ratio 2")
        let text = SummaryText.text(of: summary, width: 40)
        let lines = text.split(separator: "\n" as Character).dropFirst()
        #expect(lines.allSatisfy { $0.count <= 40 })
        func words(_ text: String) -> [Substring] { text.split { $0 == " " || $0 == "\n" } }
        #expect(
            words(text) == SummaryText.facts(of: summary).flatMap { words($0.name) + words($0.text) })
    }

    @Test func othersAreShownByTheirOperators() throws {
        let text = SummaryText.text(of: try summary("rcan-ts17"))
        #expect(text.contains("not recognised"))
        #expect(text.contains("Conv "))
    }

    /// The same network, its tensors in 16 bits, beside the file, or in it.
    @Test func parametersAreCounted() throws {
        let half = try summary("plain-float16-ts17"), external = try summary("plain-external-ts13")
        #expect(half.contents.parameters == external.contents.parameters)
        #expect(external.file.externalBytes > 0)
        #expect(half.file.externalBytes == 0)
        #expect(half.contents.part(.masks)?.bytes ?? 0 > 0)
    }

    @Test(arguments: FixtureIndex.all) func bytesAddUp(fixture: FixtureIndex.Fixture) throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture.name), through: .imported)
        let contents = FileContents(model)
        let constants = contents.parts.reduce(0) { $0 + $1.bytes }
        #expect(contents.graphBytes > 0)
        #expect(constants + contents.graphBytes == model.file.byteCount + model.file.externalByteCount)
    }

    @Test func liftedNetworksRunAtAnySize() throws {
        let resizability = try summary("plain-ts17").resizability
        #expect(resizability.kind == .any)
        #expect(resizability.multiple == 8)
        #expect(resizability.obstacles.isEmpty)
    }

    @Test func tellsWhichNodesKeepTheSize() throws {
        let resizability = try summary("euclidean-ts16").resizability
        #expect(resizability.kind == .fixed)
        #expect(resizability.obstacles.contains { $0.node?.contains("attn") ?? false })
        #expect(resizability.obstacles.contains { $0.advice.contains("euclidean_dist=False") })
    }

    @Test(arguments: [("dynamic-groups-ts15", Resizability.Kind.some), ("groups-ts17", .fixed)])
    func tellsWhatToChange(name: String, kind: Resizability.Kind) throws {
        let resizability = try summary(name).resizability
        #expect(resizability.kind == kind)
        #expect(resizability.obstacles.contains { $0.advice.contains("stripe_size") })
    }

    /// The node at which the network fails at another size, or that cannot be lifted, with its module.
    @Test(arguments: [
        ("dynamic-groups-ts15", "/layers.0/blocks.1/attn/stripe_attn/attn_transform1/Reshape_2", "do not divide"),
        ("dynamic-groups-dynamo20", "node_view_144", "do not divide"),
        ("dat-dynamo20-onnxslim", "node_matmul_4", "channels are compared with each other"),
        ("hat-ts17", "/layers.0/residual_group/overlap_attn/unfold/Pad", "does not pad the input"),
    ])
    func obstaclesNameTheirNodes(name: String, node: String, reason: String) throws {
        let summary = try summary(name)
        let obstacles = summary.resizability.obstacles
        #expect(obstacles.allSatisfy { $0.node != nil && $0.module?.hasPrefix("layers.0.") ?? false })
        #expect(obstacles.contains { $0.node == node && $0.reason.contains(reason) }, "\(obstacles)")
        // Where the name does not tell the module, the text does.
        let text = SummaryText.text(of: summary)
        #expect(text.contains("- \(node)"), "\(text)")
        #expect(text.contains(" in layers.0.blocks.1.attn: ") == node.hasPrefix("node_"), "\(text)")
    }

    @Test func nodesThatKeepTheSizeAreCounted() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("hat-ts17"))
        #expect(
            LogText.text(of: model).contains(
                "declined, 1 node keeps the network at the size of its export, and 24 read what is not lifted"))
    }

    /// Members of the report, as its documentation names them.
    @Test(arguments: ["plain-ts17", "euclidean-ts16"]) func reportIsDocumented(name: String) throws {
        let page = Fixtures.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Docs/inspect.md")
        let documentation = try String(contentsOf: page, encoding: .utf8)
        let model = try StagedModel(contentsOfFile: Fixtures.path(name))
        let trees = model.moduleTrees()
        let rows = try StageListing(model, trees: trees, stage: .plan).rows
        for data in [
            try JSONEncoder().encode(ModelSummary(model, trees: trees)), try JSONEncoder().encode(rows),
            try JSONEncoder().encode(LogRow.rows(of: model)),
        ] {
            for member in members(try JSONSerialization.jsonObject(with: data)) {
                #expect(documentation.contains("`\(member)`"), "\(member) is not in Docs/inspect.md")
            }
        }
    }

    /// The names of all members; not those of dictionaries, whose names are data.
    private func members(_ json: Any) -> Set<String> {
        if let array = json as? [Any] { return array.reduce(into: []) { $0.formUnion(members($1)) } }
        guard let object = json as? [String: Any] else { return [] }
        return object.reduce(into: []) { result, member in
            result.insert(member.key)
            if !["opsets", "operators"].contains(member.key) || member.value is [Any] {
                result.formUnion(members(member.value))
            }
        }
    }
}
