import Foundation
import GRLInspection
import Testing

/// The exports that the tests of models have, with what they were made of.
struct FixtureIndex: Decodable {
    struct Fixture: Decodable, CustomTestStringConvertible {
        /// Arguments of the network's constructor; what is left out has the constructor's default.
        struct Configuration: Decodable {
            var embedDim: Int?
            var depths: [Int]?
            var numHeads: [Int]?
            var numHeadsWindow: [Int]?
            var numHeadsStripe: [Int]?
            var windowSize: Int?
            var stripeSize: [Int?]?
            var stripeGroups: [Int?]?
            var stripeShift: Bool?
            var anchorWindowDownFactor: Int?
            var anchorProjType: String?
            var anchorOneStage: Bool?
            var qkvProjType: String?
            var qkvBias: Bool?
            var convType: String?
            var mlpRatio: Double?
            var localConnection: Bool?
            var inChannels: Int?
            var outChannels: Int?
            var upscale: Int?
            var upsampler: String?
            var imgRange: Float?
            var euclideanDist: Bool?
        }

        let name: String
        let architecture: String
        let exporter: String
        let simplifier: String?
        let dynamic: Bool
        let configuration: Configuration

        private enum Key: CodingKey {
            case name, architecture, exporter, simplifier, dynamic, configuration
        }

        /// Other architectures have arguments of other types, which are not looked at.
        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            name = try values.decode(String.self, forKey: .name)
            architecture = try values.decode(String.self, forKey: .architecture)
            exporter = try values.decode(String.self, forKey: .exporter)
            simplifier = try values.decodeIfPresent(String.self, forKey: .simplifier)
            dynamic = try values.decode(Bool.self, forKey: .dynamic)
            let isKnown = ["GRL", "SwinIR"].contains(architecture)
            configuration = isKnown ? try values.decode(Configuration.self, forKey: .configuration) : Configuration()
        }

        var testDescription: String { name }

        func model() throws -> StagedModel { try StagedModel(contentsOfFile: Fixtures.path(name)) }
    }

    let fixtures: [Fixture]

    /// Empty when the index cannot be read, which `fixturesAreThere` reports.
    static let all: [Fixture] = {
        let data = try? Data(contentsOf: Fixtures.folder.appending(path: "fixtures.json"))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return data.flatMap { try? decoder.decode(FixtureIndex.self, from: $0).fixtures } ?? []
    }()

    static func fixtures(_ architecture: String) -> [Fixture] { all.filter { $0.architecture == architecture } }
}
