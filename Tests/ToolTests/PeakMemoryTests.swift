import Foundation
import GRL
import Testing

/// What a process of its own really takes, against its memory plan.
@Suite(.serialized) struct PeakMemoryTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../ModelTests/Fixtures").standardized

    /// A map of 64 channels lives; what follows it is computed pixel by pixel.
    private static let wide: TinyModel = {
        func layer(_ inputs: Int, _ outputs: Int, side: Int) -> TinyModel.Node {
            let values = (0..<outputs * inputs * side * side).map { Float($0 % 7 - 3) / 64 }
            return TinyModel.Node(
                operatorName: "Conv", constants: [([outputs, inputs, side, side], values)],
                integerLists: ["pads": Array(repeating: side / 2, count: 4)])
        }
        return TinyModel(nodes: [
            layer(3, 64, side: 3), TinyModel.Node(operatorName: "Sigmoid"), layer(64, 64, side: 1),
            TinyModel.Node(operatorName: "Relu"), layer(64, 3, side: 1),
        ])
    }()

    private struct Report: Decodable {
        struct ModelPart: Decodable {
            let constantBytes: Int
        }
        struct Measurement: Decodable {
            let plannedBytes: Int
            let peakBytes: Int?
        }
        let model: ModelPart
        let measurements: [Measurement]
    }

    /// The peak may lie 10 % and 40 MB above plan, weights and input.
    private func check(_ workspace: Workspace, model: String, height: Int, width: Int, atLeast planned: Int) throws {
        let run = try workspace.run(
            model, "--size", "\(height)x\(width)", "--runs", "1", "--threads", "2", "--json", tool: "grl-bench")
        try #require(run.exitCode == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        let measurement = try #require(report.measurements.first)
        #expect(measurement.plannedBytes >= planned, "the run is too small to tell anything")
        guard let peak = measurement.peakBytes else { return }
        let known = measurement.plannedBytes + report.model.constantBytes + 3 * height * width * 4
        #expect(peak <= known + known / 10 + 40_000_000, "\(peak) bytes, \(known) were known")
        #expect(peak >= measurement.plannedBytes * 9 / 10, "the plan is more than the run takes")
    }

    @Test func aProcessKeepsToItsPlan() throws {
        let workspace = try Workspace(model: Self.wide)
        try check(workspace, model: "model.onnx", height: 768, width: 1024, atLeast: 160_000_000)
    }

    @Test func aNetworkKeepsToItsPlan() throws {
        let model = Self.fixtures.appending(path: "rcan-dynamic-ts13.onnx").path
        try check(Workspace(), model: model, height: 200, width: 200, atLeast: 50_000_000)
    }

    /// Attention that projects its operands in working space of each thread.
    @Test func attentionKeepsToItsPlan() throws {
        let model = Self.fixtures.appending(path: "../../../Models/grl-nano-dn25/grl-nano-dn25-64x64.onnx").path
        try check(Workspace(), model: model, height: 512, width: 512, atLeast: 100_000_000)
    }

    /// A picture that would take more than is allowed runs in tiles and stays below.
    @Test func picturesKeepToTheirLimit() throws {
        let workspace = try Workspace(model: Self.wide)
        try workspace.writePicture("photo.png", width: 700, height: 700)
        let run = try workspace.run("model.onnx", "photo.png", "--max-memory", "150MiB", "--json")
        #expect(run.exitCode == 0, "\(run.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        let image = try #require((report["images"] as? [[String: Any]])?.first)
        #expect(try #require(image["tiles"] as? Int) > 1)
        #expect(try #require(report["peakBytes"] as? Int) <= 150 << 20)
    }

    @Test func plansAreShown() throws {
        let workspace = try Workspace(model: Self.wide)
        let run = try workspace.run("model.onnx", "--size", "64x32", "--plan", tool: "grl-bench")
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(lines.contains("x: float32[1, 3, 64, 32]"))
        let sums = "arena 548.9 kB (548.9 kB in use at the worst step), results 24.6 kB, working space"
        #expect(lines.contains { $0.contains(sums) }, "\(run.output)")
        #expect(lines.contains { $0.hasPrefix("buffer   offset   bytes  steps  use") })
        #expect(!run.output.contains("first"))
    }
}
