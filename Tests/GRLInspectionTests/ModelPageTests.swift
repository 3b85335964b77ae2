import Foundation
import GRLGraph
import GRLInspection
import GRLRuntime
import Testing

@Suite struct ModelPageTests {
    private func html(_ fixture: String) throws -> String {
        let model = try StagedModel(contentsOfFile: Fixtures.path(fixture))
        let inputs = try model.inputTypes()
        let page = ModelPage(
            model, inputs: inputs, plan: try model.memoryPlan(for: inputs, threads: 1), profile: nil)
        return try page.html(
            facts: [("note", "</script><b>{{data}}")],
            libraries: ModelPage.Libraries(d3: "/* d3 */", dagre: "/* dagre */"))
    }

    private func data(_ html: String) throws -> [String: Any] {
        let start = try #require(html.range(of: "id=\"data\">")).upperBound
        let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
        return try #require(
            try JSONSerialization.jsonObject(with: Data(html[start..<end].utf8)) as? [String: Any])
    }

    /// Names as the page reads them.
    private func unfolded(_ names: [String]) -> [String] {
        var name = ""
        return names.map { text in
            name = String(name.prefix(Int(text.prefix(2), radix: 36) ?? 0) + text.dropFirst(2))
            return name
        }
    }

    @Test func pageHoldsEveryStage() throws {
        let html = try html("plain-ts17")
        #expect(
            !html.contains("{{title}}") && html.contains("/* d3 */") && html.contains("/* dagre */"))
        let data = try data(html)
        #expect(data["facts"] as? [[String]] == [["note", "</script><b>{{data}}"]])
        let stages = try #require(data["stages"] as? [[String: Any]])
        #expect(
            stages.compactMap { $0["label"] as? String } == [
                "In the file", "Simplified", "Lifted", "Fused",
            ])
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"))
        for (stage, shown) in zip(model.stages, stages) {
            let nodes = try #require(shown["nodes"] as? [String: Any])
            for list in ["operator", "name", "module", "attributes", "inputs", "outputs"] {
                #expect((nodes[list] as? [Any])?.count == stage.graph.schedule.count)
            }
            #expect(unfolded(nodes["name"] as? [String] ?? []) == stage.graph.nodes.map(\.name))
            let costs = try #require(shown["costs"] as? [String: [Double]])
            #expect(costs["multiplyAdds"]?.contains { $0 > 0 } == true)
        }
    }

    @Test func heirsAreNodesOfTheNextStage() throws {
        let stages = try #require(
            try data(html("dynamic-dynamo20-onnxslim"))["stages"] as? [[String: Any]])
        for (stage, later) in zip(stages, stages.dropFirst()) {
            let next = try #require((stage["nodes"] as? [String: Any])?["next"] as? [[Int]])
            let count = try #require(((later["nodes"] as? [String: Any])?["name"] as? [Any])?.count)
            #expect(
                next.contains { !$0.isEmpty } && next.joined().allSatisfy { (0..<count).contains($0) })
        }
        #expect((stages.last?["nodes"] as? [String: Any])?["next"] == nil)
    }

    /// 5 MB for the 24,879 nodes that GRL-B has at its stages, libraries included, are 200 bytes for each.
    @Test(arguments: ["dynamic-groups-ts15", "base-dynamo22", "plain-ts17"]) func pagesAreSmall(fixture: String) throws
    {
        let count = try StagedModel(contentsOfFile: Fixtures.path(fixture)).stages.reduce(0) {
            $0 + $1.graph.schedule.count
        }
        let html = try html(fixture)
        let start = try #require(html.range(of: "id=\"data\">")).upperBound
        let end = try #require(html.range(of: "</script>", range: start..<html.endIndex)).lowerBound
        #expect(html[start..<end].utf8.count < 150 * count)
    }

    /// The page in Docs is that which `make page` writes, but for measured times.
    @Test func documentedPageIsCurrent() throws {
        let root = Fixtures.folder.appending(path: "../../..")
        let model = try StagedModel(
            contentsOfFile: root.appending(path: "Models/grl-nano-dn25/grl-nano-dn25.onnx").path)
        let inputs = try model.inputTypes(size: model.exportSize)
        let facts = SummaryText.facts(of: ModelSummary(model, trees: model.moduleTrees()))
        let fresh = try ModelPage(model, inputs: inputs, plan: nil, profile: nil)
            .html(facts: facts, libraries: ModelPage.Libraries(d3: "", dagre: ""))
        let page = try String(contentsOf: root.appending(path: "Docs/inspect/grl-nano-dn25.html"), encoding: .utf8)
        let hint: Comment = "run 'make page' and commit Docs/inspect/grl-nano-dn25.html"
        #expect(try structure(page) == structure(fresh), hint)
        #expect(script(page) == script(fresh) && style(page) == style(fresh), hint)
    }

    /// What a page tells of each stage, as far as it follows from the model and the format.
    private func structure(_ html: String) throws -> [String] {
        let data = try data(html)
        let stages = try #require(data["stages"] as? [[String: Any]])
        let lines = try stages.flatMap { stage in
            let nodes = try #require(stage["nodes"] as? [String: Any])
            let lists = [nodes["name"], nodes["operator"], nodes["module"], stage["modules"], stage["log"]]
            return ["\(stage["key"] ?? "")", "\(nodes.keys.sorted())", "\(stage.keys.sorted())"]
                + (try lists.map { list in
                    String(
                        decoding: try JSONSerialization.data(withJSONObject: list ?? [], options: .sortedKeys),
                        as: UTF8.self)
                })
        }
        let facts = try #require(data["facts"] as? [[String]])
        return ["\(data.keys.sorted())"] + lines + facts.map { ["file", "cost"].contains($0[0]) ? $0[0] : "\($0)" }
    }

    private func script(_ html: String) -> Substring? {
        html.range(of: "\"use strict\"", options: .backwards).map { html[$0.lowerBound...] }
    }

    private func style(_ html: String) -> Substring? {
        guard let start = html.range(of: "<style>"), let end = html.range(of: "</style>") else { return nil }
        return html[start.upperBound..<end.lowerBound]
    }

    @Test func nothingIsFetched() throws {
        let html = try html("plain-ts17")
        let hasAddress = html.replacing("http://www.w3.org/2000/svg", with: "").contains(/https?:\/\//)
        #expect(!hasAddress && !html.contains("src=") && html.contains("default-src 'none'"))
    }
}

@Suite struct TraceProfileTests {
    private func graph() throws -> Graph {
        try StagedModel(contentsOfFile: Fixtures.path("rcan-ts17")).graph(at: .fused)
    }

    private func trace(_ graph: Graph, runs: Int) throws -> String {
        var events: [[String: Any]] = [
            ["name": "import", "cat": "phase", "dur": 5, "args": [String: String]()]
        ]
        for run in 0..<runs {
            for node in graph.nodes {
                events.append([
                    "name": node.operation.spec.name, "cat": "node", "dur": Double(1000 * (run + 1)),
                    "args": ["node": node.name],
                ])
            }
        }
        let path = NSTemporaryDirectory() + "trace-\(UUID().uuidString).json"
        try JSONSerialization.data(withJSONObject: ["traceEvents": events]).write(
            to: URL(filePath: path))
        return path
    }

    @Test func lastRunCounts() throws {
        let graph = try graph()
        let path = try trace(graph, runs: 2)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let profile = try TraceProfile(contentsOfFile: path, graph: graph)
        #expect(profile.milliseconds == Array(repeating: 2, count: graph.schedule.count))
    }

    @Test func timelinesOfOtherNetworksAreRefused() throws {
        let path = try trace(graph(), runs: 1)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let other = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17")).graph(at: .fused)
        let error = #expect(throws: RunError.self) {
            try TraceProfile(contentsOfFile: path, graph: other)
        }
        #expect(error?.code == "TRACE")
        #expect(throws: RunError.self) {
            try TraceProfile(contentsOfFile: Fixtures.path("plain-ts17"), graph: other)
        }
    }
}
