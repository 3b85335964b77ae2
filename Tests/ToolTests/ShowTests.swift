import Foundation
import GRL
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

    private struct PlanReport: Decodable {
        struct Plan: Decodable {
            struct Buffer: Decodable {
                struct Value: Decodable {
                    let name: String
                    let firstStep: Int
                    let lastStep: Int
                    let use: String
                    let of: String?
                }
                let offset: Int?
                let bytes: Int
                let values: [Value]
            }
            let height: Int
            let peakBytes: Int?
            let arenaBytes: Int
            let resultBytes: Int
            let scratchBytes: Int
            let stepCount: Int
            let buffers: [Buffer]
        }
        let format: String
        let memory: Plan?
        let exitCode: Int
    }

    @Test func memoryPlansAreReported() throws {
        let run = try Workspace().run(Self.model, "--memory", "32x48", "--json", tool: "grl-inspect")
        let report = try JSONDecoder().decode(PlanReport.self, from: Data(run.output.utf8))
        let plan = try #require(report.memory)
        #expect(report.format == "grl-inspect/2" && report.exitCode == 0 && plan.height == 32)
        let ends = plan.buffers.compactMap { buffer in buffer.offset.map { $0 + buffer.bytes } }
        #expect(ends.max() == plan.arenaBytes)
        let results = plan.buffers.filter { $0.offset == nil }
        #expect(!results.isEmpty && results.map(\.bytes).reduce(0, +) == plan.resultBytes)
        #expect(results.allSatisfy { $0.values.last?.lastStep == plan.stepCount })
        #expect(plan.peakBytes == plan.arenaBytes + plan.resultBytes + plan.scratchBytes)
        for buffer in plan.buffers {
            #expect(buffer.values.first?.use == "fresh" && buffer.values[0].of == nil)
            // What is written over, or looked at, lies in the same buffer.
            for value in buffer.values.dropFirst() {
                #expect(["view", "overwrites"].contains(value.use) && value.firstStep <= value.lastStep)
                #expect(buffer.values.contains { $0.name == value.of })
            }
        }
        // Buffers of one place are not needed at the same time.
        for (index, a) in plan.buffers.enumerated() {
            for b in plan.buffers.dropFirst(index + 1) {
                guard let first = a.offset, let second = b.offset, first < second + b.bytes, second < first + a.bytes
                else { continue }
                let steps = [a, b].map { ($0.values[0].firstStep, $0.values.map(\.lastStep).max() ?? 0) }
                #expect(steps[0].1 < steps[1].0 || steps[1].1 < steps[0].0)
            }
        }
    }

    @Test func memoryPlansAreTables() throws {
        let run = try Workspace().run(Self.model, "--memory", "32x48", "--csv", tool: "grl-inspect")
        #expect(run.exitCode == 0, "\(run.errors)")
        let rows = run.output.split(separator: "\n")
        #expect(rows[0] == "buffer,offset,bytes,first_step,last_step,use,of,name,type,operator")
        #expect(rows.count > 20 && rows.contains { $0.contains(",overwrites,") })
        #expect(rows.dropFirst().allSatisfy { $0.contains(/^[0-9]+,[0-9]*,[0-9]+,[0-9]+,[0-9]+,/) })
        let both = try Workspace().run(
            Self.model, "--memory", "32", "--json", "--picture", "a.svg", tool: "grl-inspect")
        #expect(both.exitCode == 64 && both.errors.contains("leave --json"))
    }

    @Test(arguments: [["--size", "abc"], ["--size", "16,"], ["--memory", "0x4"]])
    func sizesAreExplained(options: [String]) throws {
        let run = try Workspace().run([Self.model] + options, tool: "grl-inspect")
        #expect(run.exitCode == 64 && run.errors.contains("is no size; write height and width"), "\(run.errors)")
    }

    private static let rasterizer = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .map { "\($0)/rsvg-convert" }.first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: rasterizer != nil, "rsvg-convert is not installed")) func picturesBecomePixels() throws {
        let workspace = try Workspace()
        for (options, name) in [(["--memory", "32"], "memory.png"), (["--size", "16,32"], "costs.png")] {
            let run = try workspace.run([Self.model, "--picture", name] + options, tool: "grl-inspect")
            #expect(run.exitCode == 0 && run.output.isEmpty, "\(run.errors)")
            let picture = try Image(contentsOfFile: workspace.path(name))
            #expect(picture.width > 1500 && picture.height > 800)
        }
    }

    @Test func whatMakesPixelsIsNamedWhereItIsMissing() throws {
        let workspace = try Workspace()
        let process = workspace.process(
            [Self.model, "--memory", "32", "--picture", "memory.png"], tool: "grl-inspect",
            environment: ["PATH": workspace.folder.path])
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 69 && message.contains("apt-get install librsvg2-bin"), "\(message)")
        #expect(message.contains("ask for .svg") && message.contains("PROGRAM_MISSING"))
        #expect(workspace.files == ["model.onnx"])
    }

    @Test func misspeltSubcommandsAreFound() throws {
        let workspace = try Workspace()
        for (arguments, meant) in [
            (["dif", "model.onnx", "model.onnx"], "diff"), (["atention", "model.onnx", "--layer", "3"], "attention"),
            (["contributions"], "contribution"),
        ] {
            let run = try workspace.run(arguments, tool: "grl-inspect")
            #expect(run.exitCode == 64 && run.errors.contains("did you mean '\(meant)'?"), "\(run.errors)")
        }
        let file = try workspace.run("modle.onnx", tool: "grl-inspect")
        #expect(file.exitCode == 66 && file.errors.contains("did you mean 'model.onnx'"), "\(file.errors)")
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
