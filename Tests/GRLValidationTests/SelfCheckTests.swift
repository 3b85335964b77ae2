import GRLRuntime
import GRLTensor
import GRLValidation
import Testing

@Suite struct SelfCheckTests {
    @Test func aSoundNetworkAgreesWithItself() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.own("good.onnx"))
        let findings = try await SelfCheck(elsewhere: nil).run(on: subject)
        #expect(findings.allSatisfy { $0.outcome == .passed || $0.check == "self.instructions" }, "\(findings)")
        #expect(findings.count { $0.check.hasPrefix("self.sizes.") } == 4)
        let names = Set(findings.map(\.check))
        #expect(names.isSuperset(of: ["self.stages", "self.threads", "self.batch", "self.instructions", "self.tiles"]))
    }

    @Test(.enabled(if: InstructionSet.available.count > 1)) func otherInstructionSetsAreCompared() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.own("good.onnx"))
        let outputs = try await subject.run(subject.session(.fused), [SelfCheck.picture(for: subject)])
        let shifted = try outputs.map { try $0.converted { (value: Float) in value + 1 } }
        let findings = try await SelfCheck { $0 == "baseline" ? outputs : shifted }.run(on: subject)
        let parts = findings.filter { $0.check.hasPrefix("self.instructions.") }
        for part in parts { #expect((part.outcome == .passed) == (part.check == "self.instructions.baseline")) }
        #expect(!parts.isEmpty)
    }
}
