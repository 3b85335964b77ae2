import Foundation
import GRLGraph
import GRLValidation
import Testing

/// Exports of one network that each have one mistake (`Models/export/make_broken.py`).
@Suite struct BrokenExportsTests {
    struct Mistake: Decodable, CustomTestStringConvertible, Sendable {
        let name: String
        /// The first module that gives something else than it should.
        let layer: String

        var testDescription: String { name }
    }

    /// Empty when the list cannot be read, which `allMistakesAreThere` reports.
    static let mistakes: [Mistake] = {
        let data = try? Data(contentsOf: URL(filePath: Fixtures.own("broken.json")))
        return data.flatMap { try? JSONDecoder().decode([Mistake].self, from: $0) } ?? []
    }()

    private static func verdict(of model: String) async throws -> Verdict {
        let subject = try Subject(contentsOfFile: Fixtures.own(model), settings: Subject.Settings(threads: 1))
        return try await Verdict(of: subject, StaticChecks.all + [ReferenceCheck(path: Fixtures.own("good.npz"))])
    }

    @Test func allMistakesAreThere() { #expect(Self.mistakes.count == 12) }

    @Test func theGoodExportPasses() async throws {
        let verdict = try await Self.verdict(of: "good.onnx")
        #expect(verdict.passes, "\(verdict.findings)")
        #expect(verdict.count(.skipped) == 0)
    }

    @Test(arguments: mistakes) func everyMistakeIsCaughtInItsLayer(mistake: Mistake) async throws {
        let verdict = try await Self.verdict(of: "\(mistake.name).onnx")
        #expect(!verdict.passes)
        let layers = verdict.findings.filter { $0.outcome == .failed }.compactMap(\.layer)
        #expect(!layers.isEmpty)
        for layer in layers { #expect(ModuleScopes.contains(mistake.layer, layer)) }
    }

    /// What a static check or a comparison says beyond the layer.
    @Test(arguments: [
        ("mask-size", "sizes", Finding.Outcome.failed, "is the mask for pictures of 8×16"),
        ("epsilon", "consistency", .warned, "epsilon 0.001"),
        ("gelu-tanh", "consistency", .warned, "GELU by tanh"),
        ("half-weights", "precision", .warned, "were rounded"),
        ("training-mode", "training", .failed, "drops at random"),
        ("bgr", "reference.out0", .failed, "BGR"),
    ])
    func theReasonIsNamed(mistake: String, check: String, outcome: Finding.Outcome, words: String) async throws {
        let verdict = try await Self.verdict(of: "\(mistake).onnx")
        #expect(
            verdict.findings.contains { finding in
                finding.check == check && finding.outcome == outcome
                    && ([finding.message] + finding.details).contains { $0.contains(words) }
            }, "\(verdict.findings)")
    }
}
