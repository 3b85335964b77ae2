import Foundation
import Testing

/// `grl-inspect show`.
@Suite struct ShowTests {
    private static let model = InspectSubcommandTests.fixture("plain-ts17")

    @Test func costsAreDrawnBySize() throws {
        let workspace = try Workspace()
        let run = try workspace.run(
            Self.model, "--size", "16x24,32,64", "--picture", "costs.svg", tool: "grl-inspect")
        #expect(run.exitCode == 0 && run.output.isEmpty, "\(run.errors)")
        let picture = String(decoding: try workspace.bytes("costs.svg"), as: UTF8.self)
        #expect(picture.contains("estimated time") && picture.matches(of: /<circle/).count == 9)
        #expect(picture.contains("<title>16×24: "))
        let again = try workspace.run(Self.model, "--size", "16", "--picture", "costs.svg", tool: "grl-inspect")
        #expect(again.exitCode == 73 && again.errors.contains("--force"))
        #expect(try workspace.bytes("costs.svg") == Data(picture.utf8))
    }

    @Test func onlyPlansAndCostsArePictures() throws {
        let workspace = try Workspace()
        for arguments in [[], ["--dot", "--size", "16"], ["--html", "page.html", "--size", "16"]] {
            let process = workspace.process([Self.model, "--picture", "a.svg"] + arguments, tool: "grl-inspect")
            let errors = Pipe()
            process.standardError = errors
            try process.run()
            let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 64 && message.contains("--picture draws"), "\(message)")
        }
        #expect(workspace.files == ["model.onnx"])
    }

    @Test(arguments: ["import", "lift", "fuse"], ["0", "1", "9"])
    func graphsForOtherProgramsAreWhole(stage: String, depth: String) throws {
        let workspace = try Workspace()
        let dot = try workspace.run(
            Self.model, "--dot", "--stage", stage, "--depth", depth, tool: "grl-inspect")
        #expect(dot.exitCode == 0 && dot.output.hasPrefix("digraph ") && dot.output.hasSuffix("}\n"))
        let lines = dot.output.split(separator: "\n")
        #expect(lines.count { $0.hasSuffix("{") } == lines.count { $0.hasSuffix("}") })
        let mermaid = try workspace.run(
            Self.model, "--mermaid", "--stage", stage, "--depth", depth, tool: "grl-inspect")
        let text = mermaid.output.split(separator: "\n")
        #expect(mermaid.exitCode == 0 && text.first == "flowchart TB")
        #expect(text.count { $0.contains(" subgraph ") } == text.count { $0.hasSuffix(" end") })
        // Every arrow joins boxes that are drawn, in both languages the same.
        let boxes = Set(text.compactMap { $0.firstMatch(of: /^ +(n[0-9]+)\[/)?.1 })
        let arrows = text.compactMap { $0.wholeMatch(of: /\ +(n[0-9]+) --> (n[0-9]+)/)?.output }
        #expect(arrows.allSatisfy { boxes.contains($0.1) && boxes.contains($0.2) })
        #expect(arrows.count == lines.count { $0.contains(" -> ") } && boxes.count > 3)
        #expect(boxes.count == lines.count { $0.contains(/^ +n[0-9]+ \[label=/) })
    }

    @Test func nodesAreReported() throws {
        struct Report: Decodable {
            struct Node: Decodable {
                struct Input: Decodable {
                    struct Statistics: Decodable {
                        let minimum: Double
                        let maximum: Double
                        let mean: Double
                        let nanCount: Int
                        let sparsity: Double
                        let count: Int
                    }
                    let name: String
                    let type: String
                    let statistics: Statistics?
                }
                let module: String
                let attributes: [String: String]
                let inputs: [Input?]
            }
            let node: [Node]?
            let exitCode: Int
        }
        let workspace = try Workspace()
        let run = try workspace.run(
            Self.model, "--stage", "import", "--node", "/conv_first/Conv", "--json", tool: "grl-inspect")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        let node = try #require(report.node?.first)
        #expect(report.exitCode == 0 && node.module == "conv_first" && node.attributes["strides"] == "[1, 1]")
        let weight = try #require(node.inputs[1])
        #expect(weight.type == "float32[16, 3, 3, 3]" && node.inputs[0]?.statistics == nil)
        let statistics = try #require(weight.statistics)
        #expect(statistics.count == 432 && statistics.nanCount == 0 && statistics.sparsity == 0)
        #expect(statistics.minimum < statistics.mean && statistics.mean < statistics.maximum)
    }

    @Test func misspeltNodesAreFound() throws {
        let run = try Workspace().run(
            Self.model, "--stage", "import", "--node", "/conv_fist/Conv", tool: "grl-inspect")
        #expect(run.exitCode == 64 && run.errors.contains("did you mean '/conv_first/Conv'"), "\(run.errors)")
    }

    @Test(arguments: ["conv_first.weight", "input"]) func constantsAndInputsAreFoundWhereTheyAreRead(name: String)
        throws
    {
        let run = try Workspace().run(Self.model, "--stage", "import", "--node", name, tool: "grl-inspect")
        #expect(run.exitCode == 0 && run.output.contains(name), "\(run.errors)")
    }

    @Test func attributesHaveStatistics() throws {
        let run = try Workspace().run(Self.model, "--node", "/conv_first/Conv", tool: "grl-inspect")
        #expect(run.exitCode == 0 && run.output.contains(/weights = float32\[.*\].*: min -/), "\(run.output)")
    }

    @Test(arguments: [[], ["--json"], ["--csv"]]) func oneSizeThatIsRefusedLeavesTheOthers(options: [String]) throws {
        let model = InspectSubcommandTests.fixture("hat-ts17")
        let run = try Workspace().run([model, "--size", "64x64,16x24"] + options, tool: "grl-inspect")
        #expect(run.exitCode == 65 && run.errors.contains("does not run at 64×64"), "\(run.errors)")
        #expect(run.output.contains("ImageConvolution"), "\(run.output)")
        #expect(!run.errors.contains("node ''"))
    }

    @Test func memoryPlansHaveASizeOfTheirOwn() throws {
        let run = try Workspace().run(Self.model, "--size", "16", "--memory", "16", tool: "grl-inspect")
        #expect(run.exitCode == 64 && run.output.isEmpty && run.errors.contains("leave --size out"))
    }

    @Test func sizesThatCannotBeCountedAreRefused() throws {
        let run = try Workspace().run(Self.model, "--size", "99999999x99999999", tool: "grl-inspect")
        #expect(run.exitCode == 65 && run.output.isEmpty && run.errors.contains("more than can be counted"))
    }

    @Test func linesAreAsWideAsIsAskedFor() throws {
        let workspace = try Workspace()
        let process = workspace.process([Self.model], tool: "grl-inspect", environment: ["COLUMNS": "60"])
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(separator: "\n").dropFirst()
        #expect(process.terminationStatus == 0 && lines.count > 10)
        #expect(lines.allSatisfy { $0.count <= 60 }, "\(text)")
    }
}
