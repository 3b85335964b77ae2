import Foundation
import GRL
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

    @Test(arguments: fixtures) func contractIsWhatTheExportWasMadeFor(fixture: Fixture) throws {
        let model = try Model(contentsOfFile: Self.folder.appending(path: fixture.model).path)
        guard fixture.batch == 1 else {
            #expect(throws: RestorationError.self) { try ModelContract(of: model) }
            return
        }
        let contract = try ModelContract(of: model)
        let archive = try NpzArchive(path: Self.folder.appending(path: fixture.reference).path)
        for name in archive.names where name.hasPrefix("in") {
            let input = try archive.tensor(named: name).shape
            let output = try archive.tensor(named: "out" + name.dropFirst(2)).shape
            #expect(contract.inputChannels == input[1])
            #expect(contract.outputChannels == output[1])
            #expect(contract.scale == output[2] / input[2])
            switch contract.size {
            case .fixed(let height, let width):
                // Networks whose stripes grow with the picture accept squares alone; they run at one of them.
                let acceptsSquaresOnly = fixture.dynamic && fixture.sizes.allSatisfy { $0[0] == $0[1] }
                #expect(acceptsSquaresOnly || (!fixture.dynamic && height == input[2] && width == input[3]))
            case .dynamic(let multiple, let minimum):
                #expect(fixture.dynamic)
                for length in [input[2], input[3]] {
                    #expect(length >= minimum && length.isMultiple(of: multiple), "\(contract)")
                }
            }
        }
    }

    @Test func bundledModelsRunAtAnySizeOrAtOne() throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Models/grl-nano-dn25")
        let anySize = try ModelContract(of: Model(contentsOfFile: models.appending(path: "grl-nano-dn25.onnx").path))
        // The network pads by reflection to multiples of 32, which takes more pixels than are added.
        #expect(anySize.size == .dynamic(multiple: 1, minimum: 17))
        let oneSize = try ModelContract(
            of: Model(contentsOfFile: models.appending(path: "grl-nano-dn25-64x64.onnx").path))
        #expect(oneSize.size == .fixed(height: 64, width: 64))
    }
}
