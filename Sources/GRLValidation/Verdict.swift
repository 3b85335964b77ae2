/// What all checks found.
package struct Verdict: Sendable {
    package private(set) var findings: [Finding] = []
    /// The first error that kept a check from its end; nil when all checks ended.
    package private(set) var error: (any Error)?

    /// Whether every check ended and none failed.
    package var passes: Bool { error == nil && count(.failed) == 0 }

    /// How many findings have an outcome.
    package func count(_ outcome: Finding.Outcome) -> Int { findings.count { $0.outcome == outcome } }

    /// Runs checks one after the other. An error, of the network or of a file, ends its check, which is then skipped.
    ///
    /// - Parameter begin: called with the name of each check before it runs.
    /// - Throws: `CancellationError`.
    package init(of subject: Subject, _ checks: [any Check], begin: (String) -> Void = { _ in }) async throws {
        for check in checks {
            try Task.checkCancellation()
            begin(check.name)
            do {
                findings += try await check.run(on: subject)
            } catch {
                guard !(error is CancellationError) else { throw error }
                findings.append(Finding(check.name, .skipped, "the check ended early: \(error)"))
                self.error = self.error ?? error
            }
        }
    }

    /// The findings of checks that ran elsewhere.
    package init(_ findings: [Finding]) {
        self.findings = findings
    }
}
