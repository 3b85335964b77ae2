import GRLTools
import GRLValidation

/// What `--json` prints: one document, described in Docs/validate.md.
struct ValidationReport: Encodable, Sendable {
    /// The format of this report; the number changes when members change their meaning or go.
    let format = "grl-validate/1"
    let version = toolVersion
    let model: String
    let passes: Bool
    let findings: [Finding]
    /// The first error that kept a check from its end.
    let error: ErrorReport?
    let exitCode: Int32

    init(model: String, _ verdict: Verdict, error: ErrorReport?, exitCode: Int32) {
        self.model = model
        passes = verdict.passes && error == nil
        findings = verdict.findings
        self.error = error
        self.exitCode = exitCode
    }
}
