import Foundation
import GRLTensor
import GRLValidation
import Testing

@Suite struct ReferenceCheckTests {
    private func findings(
        model: String, reference: String, tolerance: Double? = nil
    ) async throws -> [Finding] {
        let subject = try Subject(contentsOfFile: model, settings: Subject.Settings(threads: 1))
        return try await ReferenceCheck(path: reference, tolerance: tolerance).run(on: subject)
    }

    /// A recording at the size of the export and at three others, at which the lifted network runs alone.
    @Test func everyRecordedSizeIsCompared() async throws {
        let findings = try await findings(
            model: Fixtures.path("plain-ts17.onnx"), reference: Fixtures.path("plain-ts17.npz"))
        #expect(
            findings.map(\.check) == [
                "reference.out0", "reference.other0_out", "reference.other1_out", "reference.other2_out",
            ])
        #expect(findings.allSatisfy { $0.outcome == .passed }, "\(findings)")
        let difference = try #require(findings[0].values["maximum"])
        #expect(difference > 0 && difference < 1e-4)
    }

    @Test func toleranceDecides() async throws {
        let findings = try await findings(
            model: Fixtures.path("plain-ts17.onnx"), reference: Fixtures.path("plain-ts17.npz"), tolerance: 0)
        #expect(findings[0].outcome == .failed)
        #expect(findings[0].details.contains { $0.hasPrefix("worst at [0, ") })
    }

    @Test func halfPrecisionRecordingsAndLayersByTheirValuesAreRead() async throws {
        let folder = try TemporaryFolder()
        let archive = try NpzArchive(path: Fixtures.own("good.npz"))
        let layer = "conv_first"
        let halves = try ["in0", "out0", layer].map { name in
            let tensor = try archive.tensor(named: name)
            return (
                name: name == layer ? "conv_first/Conv_output_0" : name,
                tensor: name == "in0" ? tensor : try tensor.converted { (value: Float) in Float16(value) }
            )
        }
        try NpzArchive.write(halves, path: folder.path("half.npz"))
        let findings = try await findings(model: Fixtures.own("good.onnx"), reference: folder.path("half.npz"))
        #expect(findings.map(\.check) == ["reference.out0", "reference.layers"])
        #expect(findings.allSatisfy { $0.outcome == .passed }, "\(findings)")
    }

    @Test func arraysMayHaveTheNamesOfTheGraph() async throws {
        let folder = try TemporaryFolder()
        let archive = try NpzArchive(path: Fixtures.own("good.npz"))
        try NpzArchive.write(
            [("input", archive.tensor(named: "in0")), ("output", archive.tensor(named: "out0"))],
            path: folder.path("named.npz"))
        let findings = try await findings(model: Fixtures.own("good.onnx"), reference: folder.path("named.npz"))
        #expect(findings.map(\.check) == ["reference.output"])
        #expect(findings.map(\.outcome) == [.passed])
    }

    @Test func layersOfLaterRunsAreLabelled() throws {
        let folder = try TemporaryFolder()
        let number = try Tensor(vector: [Float(1)])
        try NpzArchive.write(
            ["in0", "out0", "in10", "out10", "in2", "out2", "conv", "conv@2", "conv@7"].map { ($0, number) },
            path: folder.path("runs.npz"))
        let recording = try Recording(path: folder.path("runs.npz"), inputs: ["input"], outputs: ["output"])
        #expect(recording.runs.map(\.label) == ["0", "2", "10"])
        #expect(recording.runs[0].layers.map(\.layer) == ["conv", "conv@7"])
        #expect(recording.runs[1].layers.map(\.layer) == ["conv"])
    }

    @Test func recordingsWithoutARunAreRefused() throws {
        let folder = try TemporaryFolder()
        try NpzArchive.write([("x", Tensor(vector: [Float(1)]))], path: folder.path("none.npz"))
        let error = #expect(throws: NumPyError.self) {
            try Recording(path: folder.path("none.npz"), inputs: ["input"], outputs: ["output"])
        }
        #expect(error?.code == .missingEntry)
    }
}
