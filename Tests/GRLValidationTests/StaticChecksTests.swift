import Foundation
import GRLGraph
import GRLONNX
import GRLTensor
import GRLValidation
import TestSupport
import Testing

@Suite struct StaticChecksTests {
    private func findings(_ check: some Check, _ model: String) async throws -> [Finding] {
        try await check.run(on: Subject(contentsOfFile: Fixtures.path("\(model).onnx")))
    }

    /// Writes a graph of one input `[1, 3, 4, 4]` and runs a check on it.
    private func findings(
        _ check: some Check, of build: (inout GraphBuilder, ValueID) throws -> ValueID
    ) async throws -> [Finding] {
        let folder = try TemporaryFolder()
        var builder = GraphBuilder()
        let input = builder.input("input", [1, 3, 4, 4])
        builder.output(try build(&builder, input))
        try ModelWriter.write(builder.graph, to: folder.path("model.onnx"), metadata: [:], overwrite: false)
        return try await check.run(on: Subject(contentsOfFile: folder.path("model.onnx")))
    }

    @Test(arguments: ["plain-ts17", "plain-dynamo20", "dynamic-ts17", "base-dynamo22", "swinir-ts17", "rcan-ts17"])
    func soundExportsHaveNoFailures(model: String) async throws {
        let subject = try Subject(contentsOfFile: Fixtures.path("\(model).onnx"))
        let verdict = try await Verdict(of: subject, StaticChecks.all)
        #expect(verdict.passes, "\(verdict.findings.filter { $0.outcome == .failed })")
    }

    @Test func notNumbersAndInfinitiesAreNamed() async throws {
        let findings = try await findings(WeightsCheck()) { builder, input in
            let bad = builder.constant(
                "head.conv.bias", try Tensor([Float.nan, .infinity, Float(bitPattern: 1)], shape: Shape([3, 1, 1])))
            return try builder.node("Add", input, bad)
        }
        #expect(findings.map(\.outcome) == [.failed, .failed, .warned])
        #expect(findings[0].layer == "head.conv")
    }

    @Test func nodesInTrainingModeAreNamed() async throws {
        let findings = try await findings(TrainingCheck()) { builder, input in
            let ratio = builder.constant("ratio", try Tensor(scalar: Float(0.5)))
            let mode = builder.constant("mode", try Tensor(scalar: true))
            return try builder.node("Dropout", input, ratio, mode, name: "/body/drop/Dropout")
        }
        #expect(findings.map(\.outcome) == [.failed])
        #expect(findings[0].layer == "body.drop")
    }

    @Test func falselyDynamicInputsAreFound() async throws {
        let findings = try await findings(SizesCheck(), "plain-declared-dynamic-ts17")
        #expect(findings.contains { $0.outcome == .failed && $0.message.contains("declares any size") })
        let sound = try await self.findings(SizesCheck(), "dynamic-ts17")
        #expect(sound.map(\.outcome) == [.passed])
    }

    @Test func falselyDynamicBatchesAreFound() async throws {
        let folder = try TemporaryFolder()
        var builder = GraphBuilder()
        let input = builder.input("input", [nil, 3, 4, 4])
        let shape = builder.constant("shape", try Tensor(vector: [Int64(1), 3, 16]))
        builder.output(try builder.node("Reshape", input, shape, name: "/body/flat/Reshape"))
        try ModelWriter.write(builder.graph, to: folder.path("model.onnx"), metadata: [:], overwrite: false)
        let findings = try await SizesCheck().run(on: Subject(contentsOfFile: folder.path("model.onnx")))
        #expect(findings.map(\.outcome) == [.failed])
        #expect(findings[0].layer == "body.flat" && findings[0].message.contains("declares any batch"))
    }

    @Test func constantsOfTheExportsSizeAreNoticed() async throws {
        let findings = try await findings(SizesCheck(), "dynamic-two-stages-ts13")
        #expect(findings.map(\.outcome) == [.warned])
        #expect(findings.first?.message.contains("declares any size") == true)
    }

    @Test func weightsOfFullPrecisionPass() async throws {
        let findings = try await self.findings(PrecisionCheck(), "range255-ts13")
        #expect(findings.map(\.outcome) == [.passed])
    }

    @Test func newOpsetsAreRefusedByWhoDoesNotKnowThem() async throws {
        let findings = try await findings(RuntimesCheck(), "linear-conv-dynamo25")
        #expect(findings.map(\.check) == ["runtimes.onnxruntime", "runtimes.openvino", "runtimes.tensorrt"])
        #expect(findings.map(\.outcome) == [.passed, .passed, .warned])
        #expect(findings[2].message.contains("opset 25"))
    }

    @Test func layersThatOverflowHalfPrecisionAreNamed() async throws {
        let image = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Models/images/astronaut.png").path
        let loud = try await findings(Float16Check(picture: image)) { builder, input in
            let factor = builder.constant("factor", try Tensor(scalar: Float(1e6)))
            return try builder.node("Mul", input, factor, name: "/body/gain/Mul")
        }
        #expect(loud.map(\.outcome) == [.failed])
        #expect(loud[0].layer == "body.gain")
        let quiet = try await findings(Float16Check(picture: image)) { builder, input in
            try builder.node("Relu", input, name: "/body/act/Relu")
        }
        #expect(quiet.map(\.outcome) == [.passed])
    }
}
