import Foundation
import Testing

/// `--verify`.
@Suite struct VerificationTests {
    private struct Report: Decodable {
        struct Verification: Decodable {
            struct Stage: Decodable {
                let name: String
                let difference: Float
            }
            let input: String
            let stages: [Stage]
            let agrees: Bool
        }
        let verification: Verification
        let exitCode: Int
    }

    @Test func everyStageIsCompared() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--verify")
        #expect(run.exitCode == 0, "\(run.errors)")
        for stage in ["simplified", "lifted", "fused"] { #expect(run.output.contains("  \(stage): max |Δ| ")) }
        #expect(!run.output.contains("DIFFERS"))
    }

    @Test func reportsHoldTheDifferences() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--verify", "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.exitCode == 0 && report.verification.agrees)
        #expect(report.verification.stages.map(\.name) == ["simplified", "lifted", "fused"])
        #expect(report.verification.input.hasPrefix("float32[1, 3, "))
    }
}
