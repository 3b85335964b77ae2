import Foundation
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// Full-size exports against PyTorch's recorded outputs: every folder with a `model.onnx` and a `reference.npz` below
/// the folder that the environment variable `GRL_FULL_SIZE_MODELS` names. Such exports take gigabytes, so they are made
/// locally with `Models/export/export_released.py`. Printed are max |Δ|, max |expected|, and the times of loading, the
/// first and the second run; the figures stand in Docs/results.md.
@Suite(.serialized) struct FullSizeTests {
    static let models: [URL] = {
        guard let folder = ProcessInfo.processInfo.environment["GRL_FULL_SIZE_MODELS"] else { return [] }
        let entries = try? FileManager.default.contentsOfDirectory(
            at: URL(filePath: folder), includingPropertiesForKeys: nil)
        return (entries ?? []).filter {
            FileManager.default.fileExists(atPath: $0.appending(path: "reference.npz").path)
        }
        .sorted { $0.path < $1.path }
    }()

    @Test(.enabled(if: !models.isEmpty, "GRL_FULL_SIZE_MODELS names no folder of exports"), arguments: models)
    func equalsPyTorch(folder: URL) throws {
        let clock = ContinuousClock()
        var run: ReferenceRun?
        let loading = try clock.measure {
            run = try ReferenceRun(
                model: folder.appending(path: "model.onnx"), reference: folder.appending(path: "reference.npz"))
        }
        let loaded = try #require(run)
        let session = try Session(loaded.model)
        for pair in loaded.pairs {
            var outputs: [Tensor] = []
            let first = try clock.measure { outputs = try session.run([pair.input]) }
            let second = try clock.measure { outputs = try session.run([pair.input]) }
            let difference = try Difference(outputs[0], pair.output)
            print(
                "| \(folder.lastPathComponent) | \(pair.input.shape) | \(difference.maximum) | \(difference.magnitude)"
                    + " | \(loading) | \(first) | \(second) |")
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }
}
