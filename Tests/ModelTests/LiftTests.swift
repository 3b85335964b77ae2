import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLRuntime
import TestSupport
import Testing

/// Fixtures that are free of the size of their export, before fused kernels come in.
@Suite struct LiftTests {
    static func isLiftable(_ fixture: FixtureTests.Fixture) -> Bool { !isRefused(fixture.name) }

    /// How many attentions are lifted of networks that keep the size of their export.
    private static let liftedAttentions = [
        "hat-ts17": 2, "dat-dynamo20-onnxslim": 4, "srformer-ts17": 0, "groups-ts17": 12, "groups-dynamo20": 12,
    ]

    private static func isLiftedInParts(_ fixture: FixtureTests.Fixture) -> Bool {
        liftedAttentions[fixture.name] != nil
    }

    /// Whether the fixture of that name keeps the size of its export.
    static func isRefused(_ name: String) -> Bool {
        name.hasPrefix("dynamic-groups") || name.contains("euclidean") || liftedAttentions[name] != nil
    }

    private static func lifted(_ fixture: FixtureTests.Fixture) throws -> ReferenceRun {
        var options = ModelOptions()
        options.stage = .lifted
        return try fixture.run(options)
    }

    @Test(arguments: FixtureTests.fixtures.filter(isLiftable)) func runsAtAnySize(fixture: FixtureTests.Fixture) throws
    {
        let run = try Self.lifted(fixture)
        let declined = run.model.log.entries.filter { $0.pass == "lift" && $0.kind == .declined }
        #expect(declined.isEmpty, "\(declined.prefix(3).map(\.description))")
        let dimensions = run.model.inputs[0].dimensions ?? []
        #expect(dimensions.suffix(2) == [nil, nil])
    }

    @Test(arguments: FixtureTests.fixtures) func equalsPyTorch(fixture: FixtureTests.Fixture) throws {
        for difference in try Self.lifted(fixture).differences() {
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }

    @Test(arguments: FixtureTests.fixtures.filter(isLiftable))
    func equalsPyTorchAtOtherSizes(fixture: FixtureTests.Fixture) throws {
        for difference in try Self.lifted(fixture).differences(atOtherSizes: true) {
            #expect(difference.isWithinBound, "max |Δ| \(difference.maximum), bound \(difference.bound)")
        }
    }

    @Test(arguments: FixtureTests.fixtures.filter(isLiftedInParts))
    func liftsWhatItCan(fixture: FixtureTests.Fixture) throws {
        let run = try Self.lifted(fixture)
        #expect(
            run.model.graph.nodes.count { $0.operation is WindowAttention } == Self.liftedAttentions[fixture.name])
        let size = try #require(run.pairs.first).input.shape.dimensions
        #expect(run.model.inputs[0].dimensions == size)
        let declined = run.model.log.entries.filter { $0.pass == "lift" && $0.kind == .declined }
        #expect(declined.contains { $0.node != nil || $0.message.contains("(grl.stripe_groups)") })
    }

    @Test(arguments: FixtureTests.fixtures.filter { $0.name.hasPrefix("dynamic-groups") })
    func openNetworksAreNotLiftedInParts(fixture: FixtureTests.Fixture) throws {
        let model = try Self.lifted(fixture).model
        #expect(!model.graph.nodes.contains { $0.operation is WindowAttention })
        #expect(model.inputs[0].dimensions?.suffix(2) == [nil, nil])
    }

    /// Files that do not say that stripes are a part of the image: in an export of one size they are stripes of that
    /// many pixels, in one of open size they have two sizes.
    @Test(arguments: FixtureTests.fixtures.filter { $0.name.contains("groups") })
    func stripeGroupsThatNothingTells(fixture: FixtureTests.Fixture) throws {
        var options = ModelOptions()
        options.stage = .imported
        var graph = try fixture.run(options).model.graph
        graph.metadata = [:]
        let model = try Model(graph: graph)
        let declined = model.log.entries.filter { $0.pass == "lift" && $0.kind == .declined }
        if fixture.name.hasPrefix("dynamic") {
            #expect(
                declined.contains { $0.message.contains("different networks") || $0.message.contains("other sizes") })
        } else {
            #expect(declined.isEmpty && model.inputs[0].dimensions?.suffix(2) == [nil, nil])
        }
    }

    @Test(arguments: FixtureTests.fixtures.filter { isRefused($0.name) })
    func saysWhyItKeepsItsSize(fixture: FixtureTests.Fixture) throws {
        let declined = try Self.lifted(fixture).model.log.entries.filter { $0.pass == "lift" && $0.kind == .declined }
        #expect(!declined.isEmpty)
    }
}
