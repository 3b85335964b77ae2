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
        try ModelWriter.write(builder.graph, to: folder.path("model.onnx"))
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
        try ModelWriter.write(builder.graph, to: folder.path("model.onnx"))
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
        #expect(loud[0].message.contains("at '/body/gain/Mul'; float16 ends at 65504"))
        let near = try await findings(Float16Check(picture: image)) { builder, input in
            let factor = builder.constant("factor", try Tensor(scalar: Float(2e4)))
            return try builder.node("Mul", input, factor, name: "/body/gain/Mul")
        }
        #expect(near.map(\.outcome) == [.warned] && near[0].layer == "body.gain")
        let quiet = try await findings(Float16Check(picture: image)) { builder, input in
            try builder.node("Relu", input, name: "/body/act/Relu")
        }
        #expect(quiet.map(\.outcome) == [.passed])
    }

    /// The bundled network on one of the bundled photographs: every layer is looked at, and none comes near.
    @Test func theBundledNetworkFitsHalfPrecision() async throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Models")
        let subject = try Subject(contentsOfFile: models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path)
        let findings = try await Float16Check(picture: models.appending(path: "images/chelsea-sigma25.png").path)
            .run(on: subject)
        #expect(findings.map(\.outcome) == [.passed])
        let largest = try #require(findings.first?.values["largest"])
        #expect(largest > 1 && largest < 8188)
        #expect(findings[0].details.contains { $0.hasPrefix("conv_first: ") }, "\(findings[0].details)")
    }
}
