import Foundation
import GRL
import GRLRuntime
import GRLTools

/// Runs a network at every stage of optimisation and compares the results, instead of restoring pictures.
struct VerificationJob: Sendable {
    let command: RunCommand
    let signals: SignalGuard

    /// Runs and compares; returns what the process ends with.
    func run() -> ToolExit {
        var report = JSONReport()
        let progress = ProgressReporter(isQuiet: command.quiet)
        do {
            guard FileManager.default.fileExists(atPath: command.model) else { throw ToolError.missing(command.model) }
            progress.begin("verifying \(PictureFiles.name(command.model))")
            let verification = try StageVerification(contentsOfFile: command.model, threads: command.threads)
            progress.end()
            report.verification = JSONReport.VerificationPart(verification)
            if !command.quiet, !command.json { try tell(verification) }
            guard verification.agrees else {
                throw ToolError(
                    .data, "STAGES_DIFFER", "the optimised network gives other results than the file's", command.model)
            }
        } catch {
            let error = ToolError(error, path: command.model)
            progress.end()
            error.tell()
            report.error = ErrorReport(error)
            report.exitCode = error.exit.rawValue
        }
        guard !signals.isInterrupted else { return .interrupted }
        if command.json, !ToolReport.print(report), report.exitCode == 0 { return .inputOutput }
        return ToolExit(rawValue: report.exitCode) ?? .data
    }

    private func tell(_ verification: StageVerification) throws {
        var lines = ["noise \(verification.input), against the network as the file has it, run by plain loops:"]
        for comparison in verification.comparisons {
            let isClose = comparison.difference <= verification.bound
            let difference = String(format: "%.1e", comparison.difference)
            lines.append("  \(comparison.stage): max |Δ| \(difference), \(isClose ? "agrees" : "DIFFERS")")
        }
        lines.append("  bound: \(String(format: "%.1e", verification.bound))")
        try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }
}

extension JSONReport.VerificationPart {
    fileprivate init(_ verification: StageVerification) {
        input = verification.input
        bound = verification.bound
        agrees = verification.agrees
        stages = verification.comparisons.map { Stage(name: "\($0.stage)", difference: $0.difference) }
    }
}
