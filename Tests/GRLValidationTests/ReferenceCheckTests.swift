import Foundation
import GRLGraph
import GRLONNX
import GRLTensor
import GRLValidation
import TestSupport
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

    /// A size that an export cannot take makes it no other network.
    @Test(arguments: [("dat-dynamo20-onnxslim", 2), ("euclidean-ts16", 3), ("hat-ts17", 2)])
    func sizesThatTheNetworkCannotTakeAreSkipped(model: String, others: Int) async throws {
        let findings = try await findings(
            model: Fixtures.path("\(model).onnx"), reference: Fixtures.path("\(model).npz"))
        #expect(findings.map(\.outcome) == [.passed] + Array(repeating: .skipped, count: others), "\(findings)")
        #expect(findings.last?.message.contains("the network takes float32[1, 3, 16, 24] alone, as ") == true)
    }

    /// Nothing is known of an export of which nothing was compared.
    @Test func somethingMustHaveBeenCompared() async throws {
        let folder = try TemporaryFolder()
        let archive = try NpzArchive(path: Fixtures.path("euclidean-ts16.npz"))
        try NpzArchive.write(
            [("in0", archive.tensor(named: "other0_in")), ("out0", archive.tensor(named: "other0_out"))],
            path: folder.path("other.npz"))
        let findings = try await findings(
            model: Fixtures.path("euclidean-ts16.onnx"), reference: folder.path("other.npz"))
        #expect(findings.map(\.check) == ["reference.out0", "reference"])
        #expect(findings.map(\.outcome) == [.skipped, .failed])
        #expect(findings.last?.message.hasPrefix("nothing was compared") == true)
    }

    /// A file that declares any size has to take it.
    @Test func sizesThatAreDeclaredAreFailures() async throws {
        let folder = try TemporaryFolder()
        var builder = GraphBuilder()
        let input = builder.input("input", [1, 3, nil, nil])
        let shape = builder.constant("shape", try Tensor(vector: [Int64(1), 3, 16]))
        builder.output(try builder.node("Reshape", input, shape, name: "/body/flat/Reshape"))
        try ModelWriter.write(builder.graph, to: folder.path("model.onnx"))
        let arrays = try [(4, 4), (4, 5)].enumerated().flatMap { index, size in
            let tensor = try Tensor(
                [Float](repeating: 0, count: 3 * size.0 * size.1), shape: Shape([1, 3, size.0, size.1]))
            let flat = try tensor.reshaped(to: Shape([1, 3, size.0 * size.1]))
            return [(name: "in\(index)", tensor: tensor), (name: "out\(index)", tensor: flat)]
        }
        try NpzArchive.write(arrays, path: folder.path("runs.npz"))
        let findings = try await findings(model: folder.path("model.onnx"), reference: folder.path("runs.npz"))
        #expect(findings.map(\.outcome) == [.passed, .failed], "\(findings)")
        #expect(findings[1].message.contains("which the file declares") == true)
    }

    /// Red and blue exchanged at either end, or at both.
    @Test(arguments: [
        (true, false, "once the input's channels are reversed"),
        (false, true, "once the output's channels are reversed"),
        (true, true, "once the channels are reversed at both ends"),
    ])
    func exchangedColorsAreTold(input: Bool, output: Bool, words: String) async throws {
        let folder = try TemporaryFolder()
        let archive = try NpzArchive(path: Fixtures.own("good.npz"))
        func reversed(_ tensor: Tensor) throws -> Tensor {
            let elements = try tensor.elements(of: Float.self)
            let plane = elements.count / 3
            return try Tensor(
                Array(elements[(2 * plane)...] + elements[plane..<2 * plane] + elements[..<plane]), shape: tensor.shape)
        }
        let arrays = try [("in0", input), ("out0", output)].map { name, isReversed in
            let tensor = try archive.tensor(named: name)
            return (name: name, tensor: isReversed ? try reversed(tensor) : tensor)
        }
        try NpzArchive.write(arrays, path: folder.path("reversed.npz"))
        let findings = try await findings(model: Fixtures.own("good.onnx"), reference: folder.path("reversed.npz"))
        #expect(findings.map(\.outcome) == [.failed])
        #expect(findings[0].details.first?.contains(words) == true, "\(findings)")
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
