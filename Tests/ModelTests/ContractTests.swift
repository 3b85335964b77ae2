import Foundation
import GRL
import GRLOptimizer
import Testing

/// The contract of every committed export, found by inference, against what is known of it.
@Suite struct ContractTests {
    struct Fixture: Decodable, CustomTestStringConvertible {
        let name: String
        let model: String
        let reference: String
        let batch: Int
        let dynamic: Bool
        let sizes: [[Int]]

        var testDescription: String { name }
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

    private static func contract(of fixture: Fixture, at stage: OptimizationStage) throws -> ModelContract {
        var options = ModelOptions()
        options.stage = stage
        return try ModelContract(
            of: Model(contentsOfFile: folder.appending(path: fixture.model).path, options: options))
    }

    /// Before it is lifted, a network has the size that it was exported for.
    @Test(arguments: fixtures) func contractIsWhatTheExportWasMadeFor(fixture: Fixture) throws {
        guard fixture.batch == 1 else {
            #expect(throws: RestorationError.self) { try Self.contract(of: fixture, at: .simplified) }
            return
        }
        let contract = try Self.contract(of: fixture, at: .simplified)
        try expect(contract, asRecordedFor: fixture)
        switch contract.size {
        case .fixed(let height, let width):
            // Networks whose stripes grow with the picture accept squares alone; they run at one of them.
            let acceptsSquaresOnly = fixture.dynamic && fixture.sizes.allSatisfy { $0[0] == $0[1] }
            #expect(acceptsSquaresOnly || (!fixture.dynamic && fixture.sizes == [[height, width]]))
        case .dynamic(let multiple, let minimum):
            #expect(fixture.dynamic)
            for length in fixture.sizes.joined() {
                #expect(length >= minimum && length.isMultiple(of: multiple), "\(contract)")
            }
        }
    }

    /// A network that is lifted pads by itself, so it takes pictures of one pixel and more.
    @Test(arguments: fixtures) func liftedNetworksTakeAnySize(fixture: Fixture) throws {
        let contract = try Self.contract(of: fixture, at: .fused)
        try expect(contract, asRecordedFor: fixture)
        let isKept = LiftTests.isRefused(fixture.name)
        #expect((contract.size == .dynamic(multiple: 1, minimum: 1)) == !isKept, "\(contract)")
    }

    private func expect(_ contract: ModelContract, asRecordedFor fixture: Fixture) throws {
        let archive = try NpzArchive(path: Self.folder.appending(path: fixture.reference).path)
        for name in archive.names where name.hasPrefix("in") {
            let input = try archive.tensor(named: name).shape
            let output = try archive.tensor(named: "out" + name.dropFirst(2)).shape
            #expect(contract.inputChannels == input[1])
            #expect(contract.outputChannels == output[1])
            #expect(contract.scale == output[2] / input[2])
        }
    }

    @Test(arguments: ["grl-nano-dn25.onnx", "grl-nano-dn25-64x64.onnx"])
    func bundledModelsRunAtAnySize(file: String) throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Models/grl-nano-dn25")
        let contract = try ModelContract(of: Model(contentsOfFile: models.appending(path: file).path))
        #expect(contract.size == .dynamic(multiple: 1, minimum: 1))
    }
}
