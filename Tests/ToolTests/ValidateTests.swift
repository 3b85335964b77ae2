import Foundation
import GRLTensor
import Testing

/// `grl-validate`.
@Suite struct ValidateTests {
    private struct Report: Decodable {
        struct Finding: Decodable {
            let check: String
            let outcome: String
            let message: String
            let values: [String: Double]
        }
        struct Failure: Decodable {
            let code: String
        }
        let format: String
        let passes: Bool
        let exitCode: Int32
        let findings: [Finding]
        let error: Failure?
    }

    private func report(_ output: String) throws -> Report {
        try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    }

    /// Records a run of the model `1 - x` at 2 × 3 pixels, wrong by `error` at one of them.
    private func record(_ workspace: Workspace, error: Float) throws {
        let shape = try Shape([1, 3, 2, 3])
        let input = (0..<shape.count).map { Float($0) / 16 }
        var output = input.map { 1 - $0 }
        output[7] += error
        try NpzArchive.write(
            [("in0", Tensor(input, shape: shape)), ("out0", Tensor(output, shape: shape))],
            path: workspace.path("recorded.npz"))
    }

    @Test func soundModelsPass() throws {
        let workspace = try Workspace()
        try record(workspace, error: 0)
        let run = try workspace.run("model.onnx", "--reference", "recorded.npz", tool: "grl-validate")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.output.contains("ok    reference.out0"))
        #expect(run.output.contains("PASS: "))
    }

    @Test func mismatchesEndWithOne() throws {
        let workspace = try Workspace()
        try record(workspace, error: 0.5)
        let run = try workspace.run(
            "model.onnx", "--reference", "recorded.npz", "--junit", "report.xml", tool: "grl-validate")
        #expect(run.exitCode == 1)
        #expect(run.output.contains("FAIL  reference.out0"))
        #expect(run.output.contains("worst at [0, 1, 0, 1]"))
        let xml = String(decoding: try workspace.bytes("report.xml"), as: UTF8.self)
        #expect(xml.contains("<testcase classname=\"model.onnx\" name=\"reference.out0\">"))
        #expect(xml.contains("failures=\"1\"") && xml.contains("<failure message=\""))
    }

    @Test func errorsStandInTheTestSuiteToo() throws {
        let workspace = try Workspace()
        try workspace.write("no model", as: "text.onnx")
        let run = try workspace.run("text.onnx", "--junit", "report.xml", tool: "grl-validate")
        #expect(run.exitCode == 65)
        let xml = String(decoding: try workspace.bytes("report.xml"), as: UTF8.self)
        #expect(xml.contains("errors=\"1\"") && xml.contains("name=\"NOT_ONNX\""))
    }

    @Test func toleranceIsTheUsers() throws {
        let workspace = try Workspace()
        try record(workspace, error: 0.25)
        let arguments = ["model.onnx", "--reference", "recorded.npz", "--tolerance"]
        let loose = try workspace.run(
            arguments[0], arguments[1], arguments[2], arguments[3], "0.3", tool: "grl-validate")
        let tight = try workspace.run(
            arguments[0], arguments[1], arguments[2], arguments[3], "0.2", tool: "grl-validate")
        #expect(loose.exitCode == 0)
        #expect(tight.exitCode == 1)
    }

    @Test func reportsHoldTheFindings() throws {
        let workspace = try Workspace()
        try record(workspace, error: 0.5)
        let run = try workspace.run("model.onnx", "--reference", "recorded.npz", "--json", tool: "grl-validate")
        let report = try report(run.output)
        #expect(report.format == "grl-validate/1")
        #expect(!report.passes && report.exitCode == 1 && report.error == nil)
        let finding = try #require(report.findings.first { $0.check == "reference.out0" })
        #expect(finding.outcome == "failed")
        #expect(finding.values["maximum"] == 0.5)
        #expect(report.findings.contains { $0.check == "weights" && $0.outcome == "passed" })
    }

    @Test func theNetworkAgreesWithItself() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--self", "--json", tool: "grl-validate")
        #expect(run.exitCode == 0, "\(run.errors)")
        let checks = try report(run.output).findings.map(\.check)
        #expect(checks.contains("self.stages") && checks.contains("self.threads") && checks.contains("self.tiles"))
        #expect(checks.contains { $0.hasPrefix("self.instructions") })
    }

    @Test(arguments: [
        (["missing.onnx"], 66, "FILE_NOT_FOUND"), (["model.onnx", "--reference", "missing.npz"], 66, "FILE_NOT_FOUND"),
        (["text.onnx"], 65, "NOT_ONNX"), (["model.onnx", "--reference", "text.onnx"], 65, "ZIP_STRUCTURE"),
        (["model.onnx", "--junit", "text.onnx"], 73, "FILE_EXISTS"),
        (["model.onnx", "--junit", "."], 73, "FILE_NOT_REGULAR"),
    ])
    func errorsHaveTheirCodes(arguments: [String], exitCode: Int32, code: String) throws {
        let workspace = try Workspace()
        try workspace.write("no model", as: "text.onnx")
        let process = workspace.process(arguments, tool: "grl-validate")
        let errors = Pipe()
        process.standardError = errors
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == exitCode)
        #expect(text.contains("[\(code)]"), "\(text)")
        #expect(!String(decoding: printed, as: UTF8.self).contains("PASS"))
    }

    /// What the other checks found is not lost with a file that cannot be read.
    @Test func anErrorOfAFileEndsItsCheckOnly() throws {
        let workspace = try Workspace()
        try workspace.write("no checkpoint", as: "trained.pth")
        let run = try workspace.run("model.onnx", "--checkpoint", "trained.pth", tool: "grl-validate")
        #expect(run.exitCode == 65)
        #expect(run.output.contains("ok    weights") && run.output.contains("skip  checkpoint"))
        #expect(run.output.contains("FAIL: ") && run.errors.contains("[CKPT_FORMAT]"))
    }

    @Test func linesAreAsWideAsTheTerminal() throws {
        let workspace = try Workspace()
        try record(workspace, error: 0.5)
        let process = workspace.process(
            ["model.onnx", "--reference", "recorded.npz"], tool: "grl-validate", environment: ["COLUMNS": "60"])
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(text)")
        #expect(text.contains("FAIL  reference.out0"))
    }

    @Test(arguments: [
        (["--tolerance", "1"], "--tolerance is for --reference and --self"),
        (["--reference", "x.npz", "--tolerance", "-1"], "--tolerance cannot be -1.0; choose 0 or more"),
        (["--self", "--tolerance", "nan"], "--tolerance cannot be nan"), (["--threads", "0"], "--threads cannot be 0"),
        (["--threads", "-1"], "--threads cannot be -1"),
        (["--images", "x", "--sigma", "-5"], "--sigma cannot be -5.0; choose 0 to 255"),
    ])
    func senselessOptionsAreRefused(options: [String], words: String) throws {
        let run = try Workspace().run(["model.onnx"] + options, tool: "grl-validate")
        #expect(run.exitCode == 64)
        #expect(run.errors.contains(words), "\(run.errors)")
    }

    @Test(arguments: [
        ["folder"], ["model.onnx", "--reference", "folder"], ["model.onnx", "--checkpoint", "folder"],
        ["model.onnx", "--float16", "folder"], ["model.onnx", "--against", "folder"],
        ["folder", "--images", "folder", "--sigma", "5"],
    ])
    func foldersAreNoFiles(arguments: [String]) throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.path("folder"), withIntermediateDirectories: true)
        let run = try workspace.run(arguments, tool: "grl-validate")
        #expect(run.exitCode == 66)
        #expect(run.errors.contains("folder: is a folder; name a file in it [FILE_NOT_REGULAR]"), "\(run.errors)")
    }

    @Test func misspeltStatesAreErrors() throws {
        let workspace = try Workspace()
        try NpzArchive.write([("conv.weight", Tensor(vector: [Float(1)]))], path: workspace.path("trained.npz"))
        let run = try workspace.run(
            "model.onnx", "--checkpoint", "trained.npz", "--state", "parms", tool: "grl-validate")
        #expect(run.exitCode == 65)
        #expect(run.errors.contains("trained.npz: has no state dictionary 'parms'; its tensors stand at the top level"))
        #expect(run.errors.contains("[CKPT_STATE]"), "\(run.errors)")
    }
}
