import GRLRuntime
import GRLTensor
import GRLValidation
import Testing

@Suite struct SelfCheckTests {
    @Test func aSoundNetworkAgreesWithItself() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.own("good.onnx"))
        let findings = try await SelfCheck(elsewhere: nil).run(on: subject)
        let needProcessor = ["self.instructions", "self.float16"]
        #expect(findings.allSatisfy { $0.outcome == .passed || needProcessor.contains($0.check) }, "\(findings)")
        #expect(findings.count { $0.check.hasPrefix("self.sizes.") } == 4)
        let names = Set(findings.map(\.check))
        #expect(names.isSuperset(of: ["self.stages", "self.threads", "self.batch", "self.instructions", "self.tiles"]))
    }

    /// Files that leave their size open run as they stand at another size, too; others have one size.
    @Test(arguments: [
        ("dynamic-ts17", 4, 1), ("dynamic-dynamo20-onnxslim", 4, 1), ("dynamic-groups-ts15", 1, 1),
        ("plain-ts17", 4, 0),
    ])
    func filesOfAnySizeAreRunAsTheyStandAtAnother(model: String, all: Int, count: Int) async throws {
        let subject = try Subject(contentsOfFile: Fixtures.path("\(model).onnx"))
        let findings = try await SelfCheck(elsewhere: nil).run(on: subject)
        #expect(findings.filter { $0.outcome == .failed } == [])
        let sizes = findings.filter { $0.check.hasPrefix("self.sizes.") }
        #expect(sizes.count == all)
        let unlifted = sizes.filter { $0.message.contains("against imported: simplified") }
        #expect(unlifted.count == count, "\(sizes)")
    }

    private static let multipliesInFloat16 = [false, true].contains {
        (try? Precision.float16.kernels(emulates: $0)) != nil
    }

    /// Other products than those of float32, and close to them.
    @Test(.enabled(if: multipliesInFloat16)) func float16ProductsAreCompared() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.own("good.onnx"))
        let findings = try await SelfCheck(elsewhere: nil).run(on: subject)
        let finding = try #require(findings.first { $0.check == "self.float16" })
        #expect(finding.outcome == .passed)
        let relative = try #require(finding.values["relative"])
        #expect(relative > 1e-6 && relative < 1e-2)
    }

    /// Scales at their clamp of 100 multiply rounding by ten times what the usual scale of 10 does.
    @Test(arguments: [("clamped-scale-ts18", 2e-4), ("clamped-scale-dynamo20-onnxslim", 2e-4), ("swinir-ts17", nil)])
    func largeScalesWidenTheBound(model: String, tolerance: Double?) async throws {
        let subject = try Subject(contentsOfFile: Fixtures.path("\(model).onnx"))
        let findings = try await SelfCheck(elsewhere: nil).run(on: subject)
        #expect(findings.filter { $0.outcome == .failed } == [])
        let allowed = findings.first { $0.check == "self.rounding" }?.values["tolerance"]
        #expect((allowed == nil) == (tolerance == nil))
        #expect(abs((allowed ?? 0) - (tolerance ?? 0)) < 1e-9)
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
