import Foundation
import GRLGraph
import GRLONNX
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// Lifted networks in files.
@Suite struct LiftedFileTests {
    private static let fixtures = FixtureTests.fixtures.filter {
        !$0.name.contains("groups") && !$0.name.contains("euclidean")
    }

    @Test(arguments: fixtures) func comeBackAsTheyWere(fixture: FixtureTests.Fixture) throws {
        var options = ModelOptions()
        options.stage = .lifted
        let lifted = try fixture.run(options).model.graph
        let read = try ModelImporter.load(bytes: ModelWriter.bytes(lifted)).graph
        #expect(read.description == lifted.description)
        #expect(Self.constants(read) == Self.constants(lifted))
    }

    /// Loaded like any other file, through all passes, with the same bits in the end.
    @Test(arguments: fixtures) func runLikeTheExport(fixture: FixtureTests.Fixture) throws {
        let run = try fixture.run()
        var options = ModelOptions()
        options.stage = .lifted
        let bytes = try ModelWriter.bytes(fixture.run(options).model.graph)
        let read = try Model(graph: ModelImporter.load(bytes: bytes).graph)
        for pair in (run.pairs + run.otherPairs).prefix(2) {
            let expected = try Session(run.model).run([pair.input])[0]
            let output = try Session(read).run([pair.input])[0]
            #expect(output.shape == expected.shape)
            #expect(output.withBytes { Array($0) } == expected.withBytes { Array($0) })
        }
    }

    private static func constants(_ graph: Graph) -> [String: [UInt8]] {
        Dictionary(
            graph.values.compactMap { value in value.constant.map { (value.name, $0.withBytes { Array($0) }) } },
            uniquingKeysWith: { $1 })
    }

    @Test func filesKeepWhatTheirModelsSay() throws {
        let folder = FileManager.default.temporaryDirectory
        let (model, output) = (
            folder.appending(path: "lift-\(UUID().uuidString).onnx").path,
            folder.appending(path: "lifted-\(UUID().uuidString).onnx").path
        )
        defer { for path in [model, output] { try? FileManager.default.removeItem(atPath: path) } }
        var builder = GraphBuilder()
        let image = builder.input("x", [1, 3, 8, 8])
        builder.output(try builder.node("Relu", image))
        try ModelWriter.write(builder.graph, to: model, metadata: ["license": "free"])
        try LiftedModel(contentsOfFile: model).write(toFile: output)
        #expect(try ModelImporter.load(contentsOf: output).metadata == ["license": "free"])
        #expect(throws: FileError.self) { try LiftedModel(contentsOfFile: model).write(toFile: output) }
    }
}
