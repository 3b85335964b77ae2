import Foundation
import GRLRuntime
import GRLTensor
import TestSupport
import Testing

/// Every committed export against PyTorch's recorded outputs.
@Suite struct FixtureTests {
    struct Fixture: Decodable, CustomTestStringConvertible {
        let name: String
        let model: String
        let reference: String

        var testDescription: String { name }

        func run(_ options: ModelOptions = ModelOptions()) throws -> ReferenceRun {
            try ReferenceRun(
                model: FixtureTests.folder.appending(path: model),
                reference: FixtureTests.folder.appending(path: reference), options: options)
        }
    }

    private struct Index: Decodable {
        let fixtures: [Fixture]
    }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// Empty when the index cannot be read, which `fixturesAreThere` reports.
    static let fixtures: [Fixture] = {
        let data = try? Data(contentsOf: folder.appending(path: "fixtures.json"))
        return data.flatMap { try? JSONDecoder().decode(Index.self, from: $0).fixtures } ?? []
    }()

    @Test func fixturesAreThere() { #expect(Self.fixtures.count >= 30) }

    @Test(arguments: fixtures) func equalsPyTorch(fixture: Fixture) throws {
        let run = try fixture.run()
        try #require(!run.pairs.isEmpty)
        for difference in try run.differences() {
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }

    /// Fused kernels at sizes other than the export's.
    @Test(arguments: fixtures.filter(LiftTests.isLiftable))
    func equalsPyTorchAtOtherSizes(fixture: Fixture) throws {
        for difference in try fixture.run().differences(atOtherSizes: true) {
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }

    /// The plain evaluation of the graph as it was imported: no pass, no fast kernel.
    @Test(arguments: fixtures) func plainEvaluationEqualsPyTorch(fixture: Fixture) throws {
        var modelOptions = ModelOptions()
        modelOptions.stage = .imported
        var sessionOptions = SessionOptions()
        sessionOptions.accelerates = false
        for difference in try fixture.run(modelOptions).differences(sessionOptions) {
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }

    @Test(arguments: fixtures) func everyThreadCountGivesTheSameBits(fixture: Fixture) throws {
        let run = try fixture.run()
        let input = try #require(run.pairs.first?.input)
        let outputs = try [1, 2, 5].map { threads in
            try Session(run.model, options: SessionOptions(threads: threads)).run([input])[0].withBytes { Array($0) }
        }
        #expect(outputs[1] == outputs[0])
        #expect(outputs[2] == outputs[0])
    }
}
