import Foundation
import Testing

/// What the tool prints, and where.
@Suite struct OutputTests {
    @Test func helpAndVersionSucceed() throws {
        let workspace = try Workspace()
        let help = try workspace.run("--help")
        #expect(help.exitCode == 0)
        #expect(help.output.contains("grl-run denoise.onnx noisy.png"))
        let version = try workspace.run("--version")
        #expect(version.exitCode == 0)
        #expect(version.output.split(separator: ".").count == 3)
    }

    @Test func pipesGetPlainLines() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png", "--tile", "4")
        #expect(!run.errors.isEmpty)
        #expect(!(run.errors + run.output).contains { $0 == "\r" || $0 == "\u{1B}" })
    }

    @Test func quietMeansSilent() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png", "-q")
        #expect(run.exitCode == 0)
        #expect(run.output.isEmpty && run.errors.isEmpty)
        let failure = try workspace.run("model.onnx", "missing.png", "-q")
        #expect(failure.errors.contains("missing.png"))
    }

    @Test func verboseTellsTheContract() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png", "-v")
        #expect(run.errors.contains("input: 'x' float32[1, 3, H, W], RGB"))
        #expect(run.errors.contains("scale 1"))
        #expect(run.errors.contains("runs whole"))
    }

    @Test func reportsAreOneDocument() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png", "missing.png", "--json", "--compare", ".")
        #expect(run.exitCode == 66)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.format == "grl-run/1")
        #expect(report.exitCode == 66)
        #expect(report.model?.inputChannels == 3 && report.model?.sizeKind == "dynamic")
        #expect(report.images.count == 2)
        #expect(report.images[0].output == "photo-restored.png" && report.images[0].width == 9)
        #expect(report.images[0].error == nil && report.images[0].tiles == 1)
        #expect(report.images[0].comparison?.before?.identical == true)
        #expect((report.images[0].comparison?.after.psnr ?? 0) > 0)
        #expect(report.images[1].error?.code == "FILE_NOT_FOUND" && report.images[1].output == nil)
        #expect(report.error == nil)

        let failure = try workspace.run("missing.onnx", "photo.png", "--json")
        let failed = try JSONDecoder().decode(Report.self, from: Data(failure.output.utf8))
        #expect(failed.error?.code == "FILE_NOT_FOUND" && failed.exitCode == 66 && failed.model == nil)
    }

    @Test(
        arguments: [
            "grl-run model.onnx photo.png", "grl-run model.onnx --verify", "grl-run model.onnx --save-lifted out.onnx",
            "grl-bench model.onnx --size 8", "grl-inspect model.onnx", "grl-inspect diff model.onnx model.onnx",
            "grl-validate model.onnx",
        ], ["", " --json"])
    func textThatCannotBeWrittenIsAnError(_ command: String, _ option: String) throws {
        let workspace = try Workspace(model: LiftingTests.fixedSize)
        try workspace.writePicture("photo.png")
        let words = (command + option).split(separator: " ").map(String.init)
        let outcome = try workspace.run(Array(words.dropFirst()), tool: words[0], standardOutput: "/dev/full")
        #expect(outcome.exitCode == 74, "\(outcome.errors)")
        #expect(outcome.errors.contains("[FILE_WRITE]"), "\(outcome.errors)")
    }

    /// As `grl-inspect … | head -1` leaves a tool.
    @Test(arguments: ["grl-inspect model.onnx", "grl-inspect model.onnx --json", "grl-validate model.onnx"])
    func readersMayLeave(_ command: String) throws {
        let workspace = try Workspace(model: LiftingTests.fixedSize)
        let words = command.split(separator: " ").map(String.init)
        let process = workspace.process(Array(words.dropFirst()), tool: words[0])
        let (output, errors) = (Pipe(), Pipe())
        try output.fileHandleForReading.close()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0, "\(message)")
        #expect(!message.contains("error:"), "\(message)")
    }

    @Test(arguments: [12, 30, 100]) func barsFitTheTerminal(_ width: Int) throws {
        let workspace = try Workspace()
        try workspace.writePicture("a-photograph-with-a-long-name.png", width: 48, height: 48)
        let terminal = try PseudoTerminal(columns: width)
        let process = workspace.process(
            ["model.onnx", "a-photograph-with-a-long-name.png", "--tile", "4"], environment: ["TERM": "xterm"])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = terminal.slave
        try process.run()
        let text = try terminal.readUntilClosed()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let lines = text.replacingOccurrences(of: "\u{1B}[K", with: "").split(separator: "\r")
        #expect(lines.count > 2)
        #expect(lines.allSatisfy { $0.count < width }, "\(lines.map(\.count))")
        #expect(lines.contains { $0.contains("%") })
        #expect(lines.contains { $0.contains("[#") } == (width == 100))
        #expect(text.hasSuffix("\r\u{1B}[K"))
    }

    private struct Report: Decodable {
        struct Failure: Decodable { let code: String }
        struct ModelPart: Decodable {
            let inputChannels: Int
            let sizeKind: String
        }
        struct Measure: Decodable {
            let psnr: Double?
            let identical: Bool
        }
        struct Pair: Decodable {
            let before: Measure?
            let after: Measure
        }
        struct ImagePart: Decodable {
            let inputs: [String]
            let output: String?
            let width: Int?
            let tiles: Int?
            let comparison: Pair?
            let error: Failure?
        }
        let format: String
        let exitCode: Int
        let model: ModelPart?
        let images: [ImagePart]
        let error: Failure?
    }
}
