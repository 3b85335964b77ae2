import Foundation
import GRLGraph
import GRLONNX
import GRLOperators
import GRLOptimizer
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// Lifted networks in files.
@Suite struct LiftedFileTests {
    private static let fixtures = FixtureTests.fixtures.filter(LiftTests.isLiftable)

    /// The graph comes back from a file as it was. Loaded like any other file, through all passes, it gives the same
    /// bits as the export.
    @Test(arguments: fixtures) func comeBackAsTheyWere(fixture: FixtureTests.Fixture) throws {
        var options = ModelOptions()
        options.stage = .lifted
        let run = try fixture.run(options)
        let lifted = run.model.graph
        let read = try ModelImporter.load(bytes: ModelWriter.bytes(lifted)).graph
        #expect(read.description == lifted.description)
        #expect(Self.constants(read) == Self.constants(lifted))

        var fused = lifted
        _ = try OptimizationPipeline(passes: OptimizationStage.fused.passes).run(on: &fused)
        options.stage = .imported
        let sessions = try [Model(graph: fused, options: options), Model(graph: read)].map { try Session($0) }
        for pair in [run.pairs.first, run.otherPairs.first] {
            guard let input = pair?.input else { continue }
            let outputs = try sessions.map { try $0.run([input])[0] }
            #expect(outputs[0].shape == outputs[1].shape)
            #expect(outputs[0].withBytes { Array($0) } == outputs[1].withBytes { Array($0) })
        }
    }

    /// Where weights take less memory than the tables of biases that the export computes from them, they stay; the
    /// tables are constants before the network runs.
    @Test(arguments: FixtureTests.fixtures.filter { $0.name == "two-stages-ts12" })
    func tablesStayTheNetworksThatMakeThem(fixture: FixtureTests.Fixture) throws {
        func tables(_ graph: Graph) -> [ValueID] {
            graph.nodes.filter { $0.operation is WindowAttention }.compactMap {
                $0.inputs.count > 4 ? $0.inputs[4] : nil
            }
        }
        var options = ModelOptions()
        options.stage = .lifted
        let lifted = try fixture.run(options).model.graph
        let computed = tables(lifted).filter { lifted[$0].constant == nil }
        #expect(!computed.isEmpty)
        // Layers share where elements stand.
        let indices = lifted.values.filter { $0.constant?.elementType == .int32 }
        #expect(indices.count { _ in true } < computed.count)
        // Nothing is left that could compute a table in a run.
        let fused = try fixture.run().model.graph
        #expect(!fused.nodes.contains { $0.operation is MatMul || $0.operation is Gather })
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
        var graph = builder.graph
        graph.metadata = ["license": "free"]
        try ModelWriter.write(graph, to: model)
        try LiftedModel(contentsOfFile: model).write(toFile: output)
        #expect(try ModelImporter.load(contentsOf: output).metadata == ["license": "free"])
        #expect(throws: FileError.self) { try LiftedModel(contentsOfFile: model).write(toFile: output) }
    }
}
