import Foundation
import GRL
import Testing

/// `grl-inspect attention`, `contribution` and `diff`.
@Suite struct InspectSubcommandTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "ModelTests/Fixtures")

    static func fixture(_ name: String) -> String { fixtures.appending(path: name + ".onnx").path }

    private struct Failure: Decodable { let code: String }

    private struct AttentionReport: Decodable {
        struct Branch: Decodable {
            let branch: String
            let window: [Int]
            let anchors: [Int]?
        }
        struct Layer: Decodable {
            let number: Int
            let branches: [Branch]
        }
        struct Drawing: Decodable {
            let output: String
            let branch: String
            let heads: Int
            let x: Int
            let visiblePixels: Int
            let effectivePixels: Double
            let shareOnPicture: Double
        }
        let format: String
        let layers: [Layer]?
        let drawing: Drawing?
        let error: Failure?
        let exitCode: Int
    }

    @Test func layersAreListed() throws {
        let workspace = try Workspace()
        let run = try workspace.run("attention", Self.fixture("plain-ts17"), tool: "grl-inspect")
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(lines.count == 9 && lines[1].contains("    0  window  4×4, shifted by 2×2, masked; 2 heads"))
        #expect(lines[2].contains("stripe  4×8 through 2×4 anchors"))
        let json = try workspace.run("attention", Self.fixture("swinir-ts17"), "--json", tool: "grl-inspect")
        let report = try JSONDecoder().decode(AttentionReport.self, from: Data(json.output.utf8))
        #expect(report.format == "grl-inspect-attention/1" && report.exitCode == 0)
        #expect(report.layers?.map(\.number) == [0, 1, 2])
        #expect(report.layers?.flatMap(\.branches).allSatisfy { $0.branch == "window" && $0.anchors == nil } == true)
    }

    @Test func attentionIsDrawnBesideThePicture() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 27, height: 19)
        let run = try workspace.run(
            "attention", Self.fixture("plain-ts17"), "photo.png", "--layer", "3", "--at", "26,18", "--branch", "stripe",
            "--json", tool: "grl-inspect")
        #expect(run.exitCode == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(AttentionReport.self, from: Data(run.output.utf8))
        let drawing = try #require(report.drawing)
        #expect(drawing.output == "photo-attention.png" && drawing.branch == "stripe" && drawing.x == 26)
        #expect(drawing.visiblePixels == 32 && drawing.heads == 2 && drawing.shareOnPicture < 1)
        #expect(drawing.effectivePixels > 1 && drawing.effectivePixels <= 32)
        // Three panels, one under another as the picture is wide, 28 times as large.
        let picture = try Image(contentsOfFile: workspace.path("photo-attention.png"))
        #expect((picture.width, picture.height) == (27 * 28, 3 * 19 * 28 + 16))

        let window = try workspace.run(
            "attention", Self.fixture("plain-ts17"), "photo.png", "--layer", "0", "--head", "1", "-o", "map.png",
            tool: "grl-inspect")
        #expect(window.exitCode == 0 && window.output.hasPrefix("map.png: layer 0, window, head 1, pixel 13,9"))
        #expect(try Image(contentsOfFile: workspace.path("map.png")).height == 19 * 28)

        // Around the pixel in the corner: 3 pixels to the left and above, and itself.
        let corner = try workspace.run(
            "attention", Self.fixture("plain-ts17"), "photo.png", "--layer", "0", "--at", "26,18", "--around", "3",
            "-o", "corner.png", tool: "grl-inspect")
        #expect(corner.exitCode == 0, "\(corner.errors)")
        #expect(try Image(contentsOfFile: workspace.path("corner.png")).width == 4 * 192)
    }

    @Test func grayPicturesAndColoursSuitEveryNetwork() throws {
        let workspace = try Workspace()
        try workspace.writePicture("gray.png", width: 16, height: 8, .gray)
        try workspace.writePicture("colour.png", width: 8, height: 16)
        for (model, picture) in [("plain-ts17", "gray.png"), ("gray-ts14", "colour.png")] {
            let run = try workspace.run(
                "attention", Self.fixture(model), picture, "--layer", "0", tool: "grl-inspect")
            #expect(run.exitCode == 0, "\(run.errors)")
        }
        let views = try workspace.run(
            "attention", Self.fixture("dual-pixel-ts12"), "colour.png", "--layer", "0", "--force", tool: "grl-inspect")
        #expect(views.exitCode == 65 && views.errors.contains("6 channels"))
    }

    @Test func networksOfTwoViewsTakeTwo() throws {
        let workspace = try Workspace()
        let model = Self.fixture("dual-pixel-ts12")
        try workspace.writePicture("left.png", width: 8, height: 16)
        try workspace.writePicture("right.png", width: 8, height: 16)
        try workspace.writePicture("gray.png", width: 8, height: 16, .gray)
        let attention = try workspace.run(
            "attention", model, "left.png", "--right", "right.png", "--layer", "0", tool: "grl-inspect")
        #expect(attention.exitCode == 0, "\(attention.errors)")
        let contribution = try workspace.run(
            "contribution", model, "left.png", "--right", "right.png", "--region", "1,1,2,2", "--square", "8",
            tool: "grl-inspect")
        #expect(contribution.exitCode == 0 && contribution.output.contains("3 runs"), "\(contribution.errors)")
        #expect(workspace.files.contains("left-attention.png") && workspace.files.contains("left-contribution.png"))
        let other = try workspace.run(
            "attention", model, "left.png", "--right", "gray.png", "--layer", "0", "--force", tool: "grl-inspect")
        #expect(other.exitCode == 65 && other.errors.contains("VIEW_MISMATCH"))
        // Before the work, not after its announcement.
        let alone = try workspace.run(
            "contribution", model, "left.png", "--region", "1,1,2,2", "--force", tool: "grl-inspect")
        #expect(alone.exitCode == 65 && alone.errors.contains("two views of one scene"), "\(alone.errors)")
        #expect(!alone.errors.contains("runs"))
        let one = try workspace.run(
            "contribution", Self.fixture("plain-ts17"), "left.png", "--right", "right.png", "--region", "0,0,1,1",
            "--force", tool: "grl-inspect")
        #expect(one.exitCode == 65 && one.errors.contains("IMG_CHANNELS"))
    }

    @Test func whatDoesNotFitIsToldBeforeTheWork() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        try workspace.write("mine", as: "taken.png")
        let before = workspace.files
        let plain = Self.fixture("plain-ts17")
        for (arguments, exitCode, text) in [
            (["attention", plain, "photo.png"], 64, "--layer"), (["attention", plain, "--layer", "1"], 64, "<image>"),
            (["attention", plain, "photo.png", "--layer", "4"], 64, "layers 0 to 3"),
            (["attention", plain, "photo.png", "--layer", "0", "--head", "2"], 64, "heads 0 to 1"),
            (["attention", plain, "photo.png", "--layer", "0", "--at", "9,0"], 64, "outside the picture"),
            (["attention", plain, "photo.png", "--layer", "0", "--at", "9"], 64, "--at"),
            (["attention", plain, "photo.png", "--layer", "0", "-o", "taken.png"], 73, "--force"),
            (["attention", plain, "photo.png", "--layer", "0", "-o", "photo.png", "--force"], 73, "the input itself"),
            (
                ["attention", Self.fixture("swinir-ts17"), "photo.png", "--layer", "0", "--branch", "stripe"], 64,
                "no stripe"
            ),
            (["attention", Self.fixture("rcan-ts17")], 69, "NOT_LIFTED"),
            (["attention", "modle.onnx"], 66, "did you mean 'model.onnx'"),
            (["contribution", "model.onnx", "photo.png", "--region", "5,5,5,1"], 64, "not inside"),
            (["contribution", "model.onnx", "photo.png", "--region", "5,5,0,1"], 64, "--region"),
            (["contribution", "model.onnx", "photo.png", "--region", "0,0,1,1", "--square", "0"], 64, "--square"),
            (["contribution", "model.onnx", "missing.png", "--region", "0,0,1,1"], 66, "FILE_NOT_FOUND"),
            (["contribution", "photo.png", "photo.png", "--region", "0,0,1,1"], 65, "NOT_ONNX"),
            (["diff", "model.onnx", "missing.onnx"], 66, "FILE_NOT_FOUND"),
            (["diff", "model.onnx", "photo.png"], 65, "NOT_ONNX"), (["diff", "model.onnx"], 64, "<b>"),
        ] {
            let process = workspace.process(arguments, tool: "grl-inspect")
            let errors = Pipe()
            process.standardOutput = FileHandle.nullDevice
            process.standardError = errors
            try process.run()
            let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == exitCode, "\(arguments): \(message)")
            #expect(message.contains(text), "\(arguments): \(message)")
        }
        #expect(workspace.files == before)
        #expect(try workspace.bytes("taken.png") == Data("mine".utf8))
    }

    private struct ContributionReport: Decodable {
        struct Part: Decodable {
            let output: String
            let square: Int
            let runs: Int
            let share: Double
            let reach: Int
            let columns: Int
            let changes: [Double]
        }
        let format: String
        let contribution: Part?
        let exitCode: Int
    }

    @Test func contributionsAreCounted() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 40, height: 20)
        // A 3×3 mean of every channel.
        var weights = [Float](repeating: 0, count: 81)
        for channel in 0..<3 {
            for tap in 0..<9 { weights[(channel * 3 + channel) * 9 + tap] = 1 / 9 }
        }
        try workspace.write(
            TinyModel(nodes: [
                TinyModel.Node(
                    operatorName: "Conv", constants: [([3, 3, 3, 3], weights)], integerLists: ["pads": [1, 1, 1, 1]])
            ]), as: "mean.onnx")
        let run = try workspace.run(
            "contribution", "mean.onnx", "photo.png", "--region", "20,8,4,4", "--square", "4", "--json",
            tool: "grl-inspect")
        #expect(run.exitCode == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(ContributionReport.self, from: Data(run.output.utf8))
        let part = try #require(report.contribution)
        #expect(report.format == "grl-inspect-contribution/1" && part.output == "photo-contribution.png")
        #expect(part.runs == 51 && part.columns == 10 && part.changes.count == 50)
        // The square itself and the eight around it.
        #expect(part.share == 9.0 / 50 && part.reach == 4)
        let influential = part.changes.indices.filter { part.changes[$0] > 0 }
        #expect(influential == [14, 15, 16, 24, 25, 26, 34, 35, 36])
        #expect(try Image(contentsOfFile: workspace.path("photo-contribution.png")).width == 40 * 19)
    }

    @Test func interruptedContributionsLeaveNothing() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 200, height: 200)
        let before = workspace.files
        let run = try workspace.run(
            "contribution", "model.onnx", "photo.png", "--region", "0,0,1,1", "--square", "1", tool: "grl-inspect"
        ) { process in
            Thread.sleep(forTimeInterval: 0.7)
            kill(process.processIdentifier, SIGINT)
        }
        #expect(run.signal == SIGINT && workspace.files == before && run.output.isEmpty)
    }

    @Test func progressIsShownOnATerminal() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 20, height: 20)
        let terminal = try PseudoTerminal(columns: 100)
        let process = workspace.process(
            ["contribution", "model.onnx", "photo.png", "--region", "0,0,1,1", "--square", "2"], tool: "grl-inspect",
            environment: ["TERM": "xterm"])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = terminal.slave
        try process.run()
        let text = try terminal.readUntilClosed()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.contains("101 runs [") && text.contains("%") && text.hasSuffix("\r\u{1B}[K"))
    }

    @Test func diffTellsByItsExitStatus() throws {
        let workspace = try Workspace()
        let (plain, dynamo) = (Self.fixture("plain-ts17"), Self.fixture("plain-dynamo20"))
        let same = try workspace.run("diff", plain, plain, tool: "grl-inspect")
        #expect(same.exitCode == 0 && same.output.hasSuffix("same network, same weights\n"))
        #expect(same.output.split(separator: "\n").count == 3)
        let other = try workspace.run("diff", plain, dynamo, tool: "grl-inspect")
        #expect(other.exitCode == 1 && other.output.contains("\nsame network, other weights: "))
        #expect(other.output.contains("max |Δ| ") && other.output.contains("alike"))
        let different = try workspace.run("diff", plain, Self.fixture("no-stripe-shift-ts20"), tool: "grl-inspect")
        #expect(different.exitCode == 1 && different.output.contains("\ndifferent networks: 4 of "))
        let rows = different.output.split(separator: "\n").filter { $0.hasPrefix("! ") }
        #expect(rows.count == 5 && rows[0].contains("stripes shifted") && rows[0].hasSuffix("yes  no"))
        // What differs, and nothing that does not.
        #expect(rows.contains { $0.contains("query_shift 2,4") && $0.contains("query_shift 0,0") })
        #expect(!rows.contains { $0.contains("head_size") || $0.contains("…") })
        let quiet = try workspace.run("diff", plain, dynamo, "-q", tool: "grl-inspect")
        #expect(quiet.exitCode == 1 && quiet.output.isEmpty && quiet.errors.isEmpty)
        let all = try workspace.run("diff", plain, plain, "--all", tool: "grl-inspect")
        #expect(all.exitCode == 0 && all.output.split(separator: "\n").count > 50)
    }

    @Test func diffReportsAreOneDocument() throws {
        struct Report: Decodable {
            struct Weight: Decodable {
                let elements: Int
                let maximum: Double?
                let relative: Double?
            }
            struct Row: Decodable {
                let alike: Bool
                let weights: [Weight]
            }
            struct Part: Decodable {
                let verdict: String
                let lifted: Bool
                let rows: [Row]
            }
            let format: String
            let comparison: Part?
            let error: Failure?
            let exitCode: Int
        }
        let workspace = try Workspace()
        let run = try workspace.run(
            "diff", Self.fixture("plain-ts17"), Self.fixture("plain-dynamo20"), "--json", tool: "grl-inspect")
        #expect(run.exitCode == 1 && run.errors.isEmpty)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        let part = try #require(report.comparison)
        #expect(report.format == "grl-inspect-diff/2" && report.exitCode == 1 && part.verdict == "otherWeights")
        #expect(part.lifted && part.rows.allSatisfy(\.alike))
        #expect(part.rows.flatMap(\.weights).contains { ($0.relative ?? 0) > 0.1 && $0.elements > 0 })
        let failure = try workspace.run("diff", "model.onnx", "missing.onnx", "--json", tool: "grl-inspect")
        let failed = try JSONDecoder().decode(Report.self, from: Data(failure.output.utf8))
        #expect(failed.error?.code == "FILE_NOT_FOUND" && failed.exitCode == 66 && failed.comparison == nil)
    }
}
