import Foundation
import GRLONNX
import Testing

/// What loading takes of a file that is mostly masks: they are read once, checked where they lie, and dropped.
@Suite(.serialized) struct ImportMemoryTests {
    private struct Report: Decodable {
        struct Lifted: Decodable {
            let bytes: Int
        }
        let lifted: Lifted
        let peakBytes: Int?
    }

    /// Loading and lifting hold at most 1.3 times the file; what remains are weights and tables.
    private func check(_ model: String, in workspace: Workspace, remaining limit: Int) throws {
        let size = try #require(Self.size(of: model))
        let run = try workspace.run(model, "--save-lifted", "lifted.onnx", "--json")
        try #require(run.exitCode == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.lifted.bytes <= limit)
        guard let peak = report.peakBytes else { return }
        #expect(peak <= size + size * 3 / 10, "\(peak) bytes for a file of \(size)")
    }

    private static func size(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
    }

    @Test func masksAreCheckedInPlace() throws {
        let workspace = try Workspace()
        let network = try ShiftedWindows(side: 128, window: 32, channels: 4).network(layers: 3)
        try ModelWriter.write(network, to: workspace.path("masks.onnx"))
        try check(workspace.path("masks.onnx"), in: workspace, remaining: 100_000)
    }

    /// The exports of `FullSizeTests` that are so large because of their masks, such as GRL-T's at 256×256.
    private static let largeExports: [String] = {
        guard let folder = ProcessInfo.processInfo.environment["GRL_FULL_SIZE_MODELS"] else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().map { "\(folder)/\($0)/model.onnx" }.filter { (size(of: $0) ?? 0) > 500_000_000 }
    }()

    @Test(
        .enabled(if: !largeExports.isEmpty, "GRL_FULL_SIZE_MODELS names no folder of large exports"),
        arguments: largeExports)
    func exportsOfFullSize(model: String) throws {
        try check(model, in: Workspace(), remaining: 5_000_000)
    }
}
