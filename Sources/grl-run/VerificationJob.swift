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
            try InputFile.check(command.model)
            progress.begin("verifying \(PictureFiles.name(command.model))")
            let verifications = try StageVerification.atTwoSizes(
                contentsOfFile: command.model, threads: command.threads)
            progress.end()
            report.verification = verifications.first.map { JSONReport.VerificationPart($0) }
            report.verificationAtOtherSize = verifications.dropFirst().first.map { JSONReport.VerificationPart($0) }
            if !command.quiet, !command.json { try tell(verifications) }
            guard verifications.allSatisfy(\.agrees) else {
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

    private func tell(_ verifications: [StageVerification]) throws {
        var lines = verifications.flatMap(lines)
        if verifications.count == 1 { lines.append("no other size, as the network keeps that of its export") }
        try StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }

    private func lines(_ verification: StageVerification) -> [String] {
        let reference =
            verification.reference == .imported
            ? "network as the file has it, run by plain loops"
            : "\(verification.reference) network"
        var lines = ["noise \(verification.input), against the \(reference):"]
        for comparison in verification.comparisons {
            let isClose = comparison.difference <= verification.bound
            let difference = String(format: "%.1e", comparison.difference)
            lines.append("  \(comparison.stage): max |Δ| \(difference), \(isClose ? "agrees" : "DIFFERS")")
        }
        lines.append("  bound: \(String(format: "%.1e", verification.bound))")
        return lines
    }
}

extension JSONReport.VerificationPart {
    fileprivate init(_ verification: StageVerification) {
        input = verification.input
        reference = "\(verification.reference)"
        bound = verification.bound
        agrees = verification.agrees
        stages = verification.comparisons.map { Stage(name: "\($0.stage)", difference: $0.difference) }
    }
}
