import GRLValidation
import Testing

@Suite struct WeightsCheckTests {
    @Test func soundWeightsPass() async throws {
        let subject = try Subject(contentsOfFile: Fixtures.path("direct2-ts11.onnx"))
        let verdict = try await Verdict(of: subject, [WeightsCheck()])
        #expect(verdict.passes)
        #expect(verdict.findings.map(\.outcome) == [.passed])
    }
}
