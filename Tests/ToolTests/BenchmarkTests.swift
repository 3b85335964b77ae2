import Foundation
import GRL
import GRLTensor
import Testing

/// What `grl-bench` measures, prints and writes.
@Suite struct BenchmarkTests {
    /// A 1×1 convolution of 3 channels, then `Neg`; it runs between two transpositions.
    private static let convolution = TinyModel(nodes: [
        TinyModel.Node(operatorName: "Conv", constants: [([3, 3, 1, 1], [1, 0, 0, 0, 1, 0, 0, 0, 1])]),
        TinyModel.Node(operatorName: "Neg"),
    ])

    @Test func linesFitTheScreenAndNameTheWork() throws {
        let workspace = try Workspace(model: Self.convolution)
        let name = String(repeating: "long-", count: 30) + ".onnx"
        try workspace.write(Self.convolution, as: name)
        let run = try workspace.run(name, "--size", "16x8", "--runs", "1", "--threads", "1", tool: "grl-bench")
        #expect(run.exitCode == 0)
        #expect(run.errors.isEmpty)
        let lines = run.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 80 && $0.last != " " }, "\(run.output)")
        #expect(lines[0].hasPrefix("1 thread, "))
        #expect(lines.contains("x: float32[1, 3, 16, 8]"))
        #expect(lines.contains { $0.hasPrefix("ImageConvolution ") } && lines.contains { $0.hasPrefix("Neg ") })
        #expect(lines.last?.hasPrefix("all  ") == true)
    }

    @Test func reportsHoldEverySize() throws {
        let workspace = try Workspace(model: Self.convolution)
        let run = try workspace.run(
            "model.onnx", "--size", "16x8", "32", "--runs", "3", "--threads", "1", "--json", tool: "grl-bench")
        #expect(run.exitCode == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.format == "grl-bench/1" && report.exitCode == 0 && report.error == nil)
        #expect(report.machine?.threads == 1 && (report.machine?.peakMultiplyAddsPerSecond ?? 0) > 0)
        let model = try #require(report.model)
        #expect(model.nodes == 4 && model.constantBytes == 36)
        #expect(model.loadedBytes > 0 && (model.loadPeakBytes ?? 0) >= model.loadedBytes / 2)
        #expect(model.loadSeconds >= model.importSeconds + model.optimizeSeconds)
        #expect(report.measurements.map(\.inputs) == [["x: float32[1, 3, 16, 8]"], ["x: float32[1, 3, 32, 32]"]])
        #expect(report.measurements.map(\.multiplyAdds) == [16 * 8 * 9, 32 * 32 * 9])
        for measurement in report.measurements {
            #expect(measurement.outputs[0].hasPrefix("y: float32[1, 3, "))
            #expect(measurement.runSeconds.count == 3)
            #expect(measurement.medianSeconds == measurement.runSeconds.sorted()[1])
            #expect(measurement.minimumSeconds == measurement.runSeconds.min())
            #expect(measurement.maximumSeconds == measurement.runSeconds.max())
            #expect(measurement.operators.map(\.name).sorted() == ["ImageConvolution", "Neg", "Transpose"])
            #expect(measurement.operators.allSatisfy { $0.calls == ($0.name == "Transpose" ? 2 : 1) })
            #expect(measurement.operators.reduce(0) { $0 + $1.seconds } <= measurement.profiledSeconds)
        }
    }

    @Test func timelinesHoldEveryNode() throws {
        let workspace = try Workspace(model: Self.convolution)
        let run = try workspace.run(
            "model.onnx", "--size", "8", "--runs", "2", "--trace", "trace.json", tool: "grl-bench")
        #expect(run.exitCode == 0)
        let timeline = try JSONDecoder().decode(Timeline.self, from: workspace.bytes("trace.json"))
        #expect(
            timeline.traceEvents.filter { $0.cat == "node" }.map(\.args["node"]) == ["", "node0", "node1", ""])
        #expect(
            timeline.traceEvents.filter { $0.cat == "phase" }.map(\.name)
                == ["import", "optimize", "first run", "run 1", "run 2", "profiled run"])
        #expect(timeline.traceEvents.allSatisfy { $0.ph == "X" && $0.ts >= 0 && $0.dur >= 0 })
    }

    @Test func tensorsGoInAndOut() throws {
        let workspace = try Workspace()
        let values = (0..<12).map { Float($0) }
        try NpzArchive.write(
            [("other", Tensor([1], shape: Shape([1]))), ("x", Tensor(values, shape: Shape([1, 3, 2, 2])))],
            path: workspace.path("in.npz"))
        let run = try workspace.run(
            "model.onnx", "--input", "in.npz", "--output", "out.npz", "--runs", "1", tool: "grl-bench")
        #expect(run.exitCode == 0, "\(run.errors)")
        let output = try NpzArchive(path: workspace.path("out.npz")).tensor(named: "y")
        #expect(output.shape.dimensions == [1, 3, 2, 2])
        #expect(try output.elements(of: Float.self) == values.map { 1 - $0 })

        try NpzArchive.write(
            [("arr_0", Tensor([Float(2), 3, 4], shape: Shape([1, 3, 1, 1])))], path: workspace.path("unnamed.npz"))
        let second = try workspace.run(
            "model.onnx", "--input", "unnamed.npz", "--output", "out.npz", "--force", "--runs", "1", tool: "grl-bench")
        #expect(second.exitCode == 0, "\(second.errors)")
        let negative = try NpzArchive(path: workspace.path("out.npz")).tensor(named: "y")
        #expect(try negative.elements(of: Float.self) == [-1, -2, -3])
    }

    @Test func whatIsMissingOrUnsuitableIsTold() throws {
        let workspace = try Workspace()
        try workspace.write("mine", as: "taken")
        try workspace.write(TinyModel(nodes: [TinyModel.Node(operatorName: "Frobnicate")]), as: "unknown.onnx")
        try NpzArchive.write(
            ["other", "another"].map { ($0, try Tensor([1], shape: Shape([1]))) }, path: workspace.path("other.npz"))
        try NpzArchive.write([("x", Tensor([1], shape: Shape([1])))], path: workspace.path("rank.npz"))
        for (arguments, exitCode, text) in [
            (["modle.onnx"], 66, "did you mean 'model.onnx'?"),
            (["model.onnx", "--input", "missing.npz"], 66, "FILE_NOT_FOUND"),
            (["model.onnx", "--input", "other.npz"], 65, "NPZ_MISSING"),
            (["model.onnx", "--input", "rank.npz"], 65, "INPUT"),
            (["model.onnx", "--input", "taken"], 65, "ZIP_STRUCTURE"),
            (["unknown.onnx"], 69, "Frobnicate"),
            (["model.onnx", "--trace", "taken"], 73, "--force"),
            (["model.onnx", "--trace", "model.onnx", "--force"], 73, "OUTPUT_IS_INPUT"),
            (["."], 66, "FILE_NOT_REGULAR"),
            (["model.onnx", "--size", "8", "--output", "missing/out.npz"], 73, "FILE_CANNOT_CREATE"),
            (["model.onnx", "--size", "8by8"], 64, "--size"),
            (["model.onnx", "--runs", "0"], 64, "--runs"),
            (["model.onnx", "--input", "rank.npz", "--size", "8"], 64, "--size"),
        ] {
            let process = workspace.process(arguments, tool: "grl-bench")
            let errors = Pipe()
            process.standardOutput = FileHandle.nullDevice
            process.standardError = errors
            try process.run()
            let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == exitCode, "\(arguments): \(message)")
            #expect(message.contains(text), "\(arguments): \(message)")
        }
        #expect(try workspace.bytes("taken") == Data("mine".utf8))
        let failure = try workspace.run("missing.onnx", "--json", tool: "grl-bench")
        let report = try JSONDecoder().decode(Report.self, from: Data(failure.output.utf8))
        #expect(report.error?.code == "FILE_NOT_FOUND" && report.exitCode == 66 && report.model == nil)
    }

    @Test func networksThatAreFreedOfTheirSizeAreMeasuredAtIt() throws {
        let workspace = try Workspace(model: LiftingTests.fixedSize)
        let own = try workspace.run("model.onnx", "--runs", "1", tool: "grl-bench")
        #expect(own.output.contains("float32[1, 3, 8, 8]"), "\(own.output)\(own.errors)")
        let other = try workspace.run("model.onnx", "--runs", "1", "--size", "5x6", tool: "grl-bench")
        #expect(other.output.contains("float32[1, 3, 5, 6]"), "\(other.output)\(other.errors)")
    }

    @Test func theOptimiserTellsWhatItDid() throws {
        let identity = TinyModel.Node(operatorName: "Identity")
        let workspace = try Workspace(model: TinyModel(nodes: [identity, TinyModel.Node(operatorName: "Neg")]))
        let run = try workspace.run("model.onnx", "--size", "8", "--runs", "1", "-v", tool: "grl-bench")
        #expect(run.exitCode == 0)
        #expect(run.errors.hasPrefix("eliminate identity: "), "\(run.errors)")
    }

    @Test func helpShowsExamples() throws {
        let help = try Workspace().run("--help", tool: "grl-bench")
        #expect(help.exitCode == 0)
        #expect(help.output.contains("grl-bench denoise.onnx --size 128x128 256x256"))
    }

    private struct Report: Decodable {
        struct Failure: Decodable { let code: String }
        struct MachinePart: Decodable {
            let threads: Int
            let peakMultiplyAddsPerSecond: Double
        }
        struct ModelPart: Decodable {
            let nodes: Int
            let constantBytes: Int
            let importSeconds: Double
            let optimizeSeconds: Double
            let loadSeconds: Double
            let loadPeakBytes: Int?
            let loadedBytes: Int
        }
        struct OperatorPart: Decodable {
            let name: String
            let calls: Int
            let seconds: Double
        }
        struct Measurement: Decodable {
            let inputs: [String]
            let outputs: [String]
            let runSeconds: [Double]
            let medianSeconds: Double
            let minimumSeconds: Double
            let maximumSeconds: Double
            let multiplyAdds: Int
            let profiledSeconds: Double
            let operators: [OperatorPart]
        }
        let format: String
        let exitCode: Int
        let machine: MachinePart?
        let model: ModelPart?
        let measurements: [Measurement]
        let error: Failure?
    }

    private struct Timeline: Decodable {
        struct Event: Decodable {
            let name: String
            let cat: String
            let ph: String
            let ts: Double
            let dur: Double
            let args: [String: String]
        }
        let traceEvents: [Event]
    }
}
