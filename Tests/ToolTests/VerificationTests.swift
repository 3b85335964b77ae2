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
            let reference: String
            let stages: [Stage]
            let agrees: Bool
        }
        let verification: Verification
        let verificationAtOtherSize: Verification?
        let exitCode: Int
    }

    @Test func everyStageIsCompared() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--verify")
        #expect(run.exitCode == 0, "\(run.errors)")
        for stage in ["simplified", "lifted", "fused"] { #expect(run.output.contains("  \(stage): max |Δ| ")) }
        #expect(run.output.contains("against the network as the file has it, run by plain loops"))
        #expect(!run.output.contains("DIFFERS") && !run.output.contains("no other size"))
    }

    @Test func reportsHoldTheDifferences() throws {
        let workspace = try Workspace()
        let run = try workspace.run("model.onnx", "--verify", "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.exitCode == 0 && report.verification.agrees)
        #expect(report.verification.stages.map(\.name) == ["simplified", "lifted", "fused"])
        #expect(report.verification.input.hasPrefix("float32[1, 3, "))
        #expect(report.verification.reference == "imported")
        let other = try #require(report.verificationAtOtherSize)
        #expect(other.agrees && other.reference == "imported" && other.input != report.verification.input)
    }

    @Test func networksOfOneSizeAreLiftedToAnother() throws {
        let workspace = try Workspace(model: LiftingTests.fixedSize)
        let run = try workspace.run("model.onnx", "--verify")
        #expect(run.output.contains("noise float32[1, 3, 7, 13], against the lifted network:\n  fused: max |Δ| "))
        let report = try JSONDecoder().decode(
            Report.self, from: Data(workspace.run("model.onnx", "--verify", "--json").output.utf8))
        #expect(report.verificationAtOtherSize?.stages.map(\.name) == ["fused"])
    }

    @Test func networksThatKeepTheirSizeHaveNoOther() throws {
        let workspace = try Workspace(
            model: TinyModel(
                size: (8, 8), nodes: [TinyModel.Node(operatorName: "Softmax"), .init(operatorName: "Neg")]))
        let run = try workspace.run("model.onnx", "--verify")
        #expect(run.exitCode == 0 && run.output.contains("no other size"), "\(run.errors)")
        #expect(try !workspace.run("model.onnx", "--verify", "--json").output.contains("AtOtherSize"))
    }
}
