import Foundation
import Testing

/// What `grl-validate --against` prints and writes.
@Suite struct AgainstTests {
    /// `(x - 1.5) * -1`, which differs from ``TinyModel/negative`` in its first node.
    private static let shifted = TinyModel(nodes: [
        TinyModel.Node(operatorName: "Sub", constants: [([], [1.5])]), TinyModel.Node(operatorName: "Neg"),
    ])

    @Test func equalExportsPass() throws {
        let workspace = try Workspace()
        try workspace.write(.negative, as: "other.onnx")
        try workspace.writePicture("photo.png")
        let run = try workspace.run(
            "model.onnx", "--against", "other.onnx", "--photograph", "photo.png", "--reduce", "out.onnx",
            tool: "grl-validate")
        #expect(run.exitCode == 0, "\(run.output)\(run.errors)")
        for name in ["noise, ", "painted discs, ", "'photo.png', "] { #expect(run.output.contains("  \(name)")) }
        let usual = try workspace.run("model.onnx", "--against", "other.onnx", tool: "grl-validate")
        #expect(usual.exitCode == 0 && usual.output.contains("against.photograph    photograph of a cat, "))
        #expect(workspace.files == ["model.onnx", "other.onnx", "photo.png"])
    }

    @Test func theNodeThatDiffersIsNamedAndWritten() throws {
        let workspace = try Workspace()
        try workspace.write(Self.shifted, as: "other.onnx")
        let run = try workspace.run(
            "model.onnx", "--against", "other.onnx", "--reduce", "out.onnx", tool: "grl-validate")
        #expect(run.exitCode == 1, "\(run.errors)")
        #expect(run.output.contains("against.block"))
        #expect(run.output.contains("constant0: the first block that differs ends in Sub; on equal inputs max |Δ| 0.5"))
        #expect(run.output.contains("written to 'out.onnx' and 'out.npz'"))
        #expect(workspace.files == ["model.onnx", "other.onnx", "out.npz", "out.onnx"])
        let second = try workspace.run("out.onnx", "--reference", "out.npz", tool: "grl-validate")
        #expect(second.exitCode == 0, "\(second.output)\(second.errors)")
        #expect(second.output.contains("reference.difference"))
    }

    @Test func whatCannotBeIsTold() throws {
        let workspace = try Workspace()
        try workspace.write(Self.shifted, as: "other.onnx")
        try workspace.write("mine", as: "taken.npz")
        for (arguments, exitCode, text) in [
            (["--against", "othre.onnx"], 66, "did you mean 'other.onnx'?"),
            (["--against", "other.onnx", "--reduce", "taken.onnx"], 73, "taken.npz"),
            (["--against", "other.onnx", "--reduce", "other.onnx", "--force"], 73, "OUTPUT_IS_INPUT"),
            (["--against", "other.onnx", "--reduce", "out.txt"], 64, "ONNX"),
            (["--reduce", "out.onnx"], 64, "--against"),
            (["--against", "other.onnx", "--against-tolerance", "nan"], 64, "--against-tolerance"),
            (["--against", "taken.npz"], 65, "taken.npz"),
        ] {
            let process = workspace.process(["model.onnx"] + arguments, tool: "grl-validate")
            let errors = Pipe()
            process.standardOutput = FileHandle.nullDevice
            process.standardError = errors
            try process.run()
            let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == exitCode, "\(arguments): \(message)")
            #expect(message.contains(text), "\(arguments): \(message)")
        }
        #expect(workspace.files == ["model.onnx", "other.onnx", "taken.npz"])
        let loose = try workspace.run(
            "model.onnx", "--against", "other.onnx", "--against-tolerance", "0.6", tool: "grl-validate")
        #expect(loose.exitCode == 0)
    }
}
