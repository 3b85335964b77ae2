import Foundation
import GRL
import Testing

/// `--precision`.
@Suite struct PrecisionTests {
    private static let isRefused = (try? Precision.float16.kernels(emulates: false)) == nil

    @Test("Float16 is refused where the processor does not multiply in it", .enabled(if: isRefused))
    func refusal() throws {
        let workspace = try Workspace()
        try workspace.writePicture("picture.png")
        for tool in ["grl-run", "grl-bench"] {
            let input = tool == "grl-run" ? ["picture.png"] : []
            let process = workspace.process(["model.onnx"] + input + ["--precision", "fp16"], tool: tool)
            let errors = Pipe()
            process.standardError = errors
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 69)
            let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
            #expect(text.contains("AVX-512 FP16") && text.contains("[UNSUPPORTED_PRECISION]"), "\(text)")
        }
        #expect(workspace.files == ["model.onnx", "picture.png"])
    }

    @Test("Both precisions are named in reports")
    func report() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--size", "8", "--runs", "1", "--json", tool: "grl-bench")
        #expect(run.exitCode == 0 && run.output.contains(#""precision" : "fp32""#), "\(run.output)")
    }

    @Test("Other values and other purposes are refused")
    func usage() throws {
        let workspace = try Workspace()
        #expect(try workspace.run("model.onnx", "picture.png", "--precision", "fp8").exitCode == 64)
        #expect(try workspace.run("model.onnx", "--verify", "--precision", "fp16").exitCode == 64)
    }
}
