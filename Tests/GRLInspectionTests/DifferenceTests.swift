import Foundation
import GRLInspection
import GRLRuntime
import Testing

/// Models that are one network, or not.
@Suite struct DifferenceTests {
    private static func compare(_ a: String, _ b: String) throws -> ModelDifference {
        try ModelDifference(ComparedModel(contentsOfFile: a), ComparedModel(contentsOfFile: b))
    }

    private static let exports = [
        "one-ts17", "one-ts12-16x16", "one-ts17-13x21", "one-ts18-onnxsim", "one-ts17-onnxslim", "one-dynamo20",
        "one-dynamo18-onnxsim", "one-dynamic-ts16",
    ]

    @Test(arguments: exports) func exportsOfOneCheckpointAreTheSame(_ name: String) throws {
        for (a, b) in [("one-ts17", name), (name, "one-dynamo20")] {
            let difference = try Self.compare(Fixtures.own(a), Fixtures.own(b))
            #expect(difference.verdict == .same, "\(a), \(b)")
            #expect(difference.isLifted && difference.relative < 1e-6)
            #expect(difference.rows.allSatisfy(\.agrees) && difference.rows.count > 50)
        }
    }

    @Test func exportsOfOtherArchitecturesAreTheSameToo() throws {
        let difference = try Self.compare(Fixtures.own("swinir-ts17"), Fixtures.own("swinir-dynamo20"))
        #expect(difference.verdict == .same && difference.isLifted)
    }

    @Test(arguments: exports) func checkpointsDifferInTheirWeights(_ name: String) throws {
        let difference = try Self.compare(Fixtures.own("other-ts17"), Fixtures.own(name))
        #expect(difference.verdict == .otherWeights)
        #expect(difference.rows.allSatisfy { $0.isAlike })
        let weights = difference.rows.flatMap(\.weights)
        #expect(weights.count { !$0.agrees } > weights.count / 2)
        #expect(difference.maximum > 0.1 && difference.relative > 0.1)
    }

    /// Exports of one configuration, by both exporters, at other opsets and through simplifiers; each has weights of
    /// its own.
    @Test(arguments: [
        ("plain-ts17", "plain-dynamo20-onnxslim"), ("plain-ts17", "dynamic-ts20-onnxsim"),
        ("plain-ts17", "padded-dynamo18"), ("two-stages-ts12", "two-stages-dynamo22-onnxslim"),
        ("base-ts12", "base-ts20-onnxsim"), ("base-ts12", "base-dynamo22"), ("gray-ts14", "gray-dynamo19"),
        ("dual-pixel-ts12", "dual-pixel-dynamo20-onnxsim"), ("dynamic-nearest-ts12", "nearest-ts19-onnxslim"),
        ("nearest-ts13", "nearest-dynamo24"), ("maxpool-anchor-ts16", "maxpool-anchor-dynamo18"),
        ("swinir-ts17", "swinir-ts11-onnxsim"), ("swinir-ts17", "swinir-dynamic-ts17"),
        ("single-window-ts17", "single-window-dynamo20-onnxsim"), ("dynamic-direct2-ts17", "direct2-ts11"),
    ]) func spellingsSayNothing(_ a: String, _ b: String) throws {
        let difference = try Self.compare(Fixtures.path(a), Fixtures.path(b))
        #expect(difference.verdict == .otherWeights, "\(difference.rows.filter { !$0.isAlike }.count) rows differ")
    }

    @Test func oneChangeOfGeometryIsFound() throws {
        let difference = try Self.compare(Fixtures.path("plain-ts17"), Fixtures.path("no-stripe-shift-ts20"))
        #expect(difference.verdict == .different)
        let rows = difference.rows.filter { !$0.isAlike }
        // The two attentions of the stripes that are shifted in the third and the fourth layer.
        #expect(rows.count == 4)
        for row in rows {
            let (a, b) = (try #require(row.a), try #require(row.b))
            #expect(a.signature.hasPrefix("WindowAttention") && b.signature.hasPrefix("WindowAttention"))
            #expect(
                a.signature.contains("query_shift 2,4") || a.signature.contains("query_shift 4,2")
                    || a.signature.contains("query_shift 1,2") || a.signature.contains("query_shift 2,1"))
            #expect(b.signature.contains("query_shift 0,0"))
        }
    }

    @Test func descriptionsStandSideBySide() throws {
        let difference = try Self.compare(Fixtures.path("plain-ts17"), Fixtures.path("base-ts12"))
        let fields = Dictionary(uniqueKeysWithValues: difference.fields.map { ($0.name, [$0.a, $0.b]) })
        #expect(fields["channels"] == ["16", "36"] && fields["local connection"] == ["no", "yes"])
        #expect(fields["layers by stage"] == ["4", "2, 1"] && fields["window heads"] == ["2", "3, 3"])
        // What both have in common is left out.
        #expect(fields["upsampler"] == nil && fields["MLP ratio"] == nil)
        let families = try Self.compare(Fixtures.path("plain-ts17"), Fixtures.path("swinir-ts17"))
        #expect(families.fields.contains { $0.name == "network" && $0.b == "SwinIR-like" })
        #expect(families.fields.contains { $0.name == "stripe" && $0.a == "4×8" && $0.b == "none" })
        let unknown = try Self.compare(Fixtures.path("plain-ts17"), Fixtures.path("rcan-ts17"))
        #expect(unknown.fields.map(\.name) == ["network"] && unknown.fields[0].b == "not recognised")
    }

    /// What two exports of one network say of it, one lifted and one not, does not contradict.
    @Test func exportsOfOneNetworkHaveOneDescription() throws {
        let difference = try Self.compare(Fixtures.path("plain-ts17"), Fixtures.path("plain-dynamo20"))
        #expect(difference.fields.isEmpty)
    }

    @Test func anotherUpsamplerStandsAtTheEndAlone() throws {
        let difference = try Self.compare(Fixtures.path("direct2-ts11"), Fixtures.path("shuffle2-ts16"))
        #expect(difference.verdict == .different)
        let alike = difference.rows.prefix { $0.isAlike }
        #expect(alike.count > difference.rows.count / 2)
        #expect(difference.rows.contains { $0.a == nil })
    }

    @Test func networksThatKeepTheirSizeAreComparedAsSpelled() throws {
        let path = Fixtures.path("euclidean-ts16")
        let same = try Self.compare(path, path)
        #expect(same.verdict == .same && !same.isLifted)
        let other = try Self.compare(path, Fixtures.path("plain-ts17"))
        #expect(other.verdict == .different && !other.isLifted)
        #expect(try ComparedModel(contentsOfFile: path).refusal != nil)
    }

    @Test func liftedFilesAreTheNetworkTheyCameFrom() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "grl-difference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "lifted.onnx").path
        try LiftedModel(contentsOfFile: Fixtures.own("one-ts17")).write(toFile: path)
        let difference = try Self.compare(Fixtures.own("one-dynamo20"), path)
        #expect(difference.verdict == .same && difference.isLifted)
    }
}
