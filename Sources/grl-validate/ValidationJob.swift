import Foundation
import GRL
import GRLTools
import GRLValidation

/// All that one call of the tool does.
struct ValidationJob: Sendable {
    let command: ValidateCommand
    let signals: SignalGuard
    private let progress: ProgressReporter

    init(command: ValidateCommand, signals: SignalGuard) {
        self.command = command
        self.signals = signals
        progress = ProgressReporter(isQuiet: command.quiet || command.json)
    }

    /// Runs the checks and tells what they found; returns what the process ends with.
    func run() async -> ToolExit {
        var verdict = Verdict([])
        var error: ToolError?
        do {
            verdict = try await validate()
            error = verdict.error.map { ToolError($0, path: command.model) }
        } catch let failure {
            error = ToolError(failure, path: command.model)
        }
        if let path = command.junit, error?.code != "FILE_EXISTS", !signals.isInterrupted {
            do {
                let report = JUnitReport(verdict, model: command.model, error: error.map { ErrorReport($0) })
                try write(report, to: path)
            } catch let failure {
                error = error ?? ToolError(failure, path: path)
            }
        }
        progress.end()
        guard !signals.isInterrupted else { return .interrupted }
        if !command.json {
            let width = Terminal.width(STDOUT_FILENO, plain: .max)
            let text = VerdictText(
                verdict, columns: width == .max ? nil : width, isQuiet: command.quiet, isVerbose: command.verbose)
            do {
                try StandardOutput.write(text.text)
            } catch let failure {
                error = error ?? ToolError(failure)
            }
        }
        error?.tell()
        let exit = verdict.count(.failed) > 0 ? .mismatch : error?.exit ?? .success
        let report = ValidationReport(
            model: command.model, verdict, error: error.map { ErrorReport($0) }, exitCode: exit.rawValue)
        if command.json, !ToolReport.print(report), exit == .success { return .inputOutput }
        return exit
    }

    private func validate() async throws -> Verdict {
        let inputs = [command.model] + command.groups.flatMap(\.inputs)
        for path in inputs { try InputFile.check(path) }
        let outputs = [command.junit].compactMap { $0 } + command.groups.flatMap(\.outputs)
        for path in outputs { try OutputFile.check(path, overwrites: command.force, inputs: inputs) }
        let checks = try command.checks()
        progress.begin("reading \(PictureFiles.name(command.model))")
        let subject = try Subject(contentsOfFile: command.model, settings: command.settings)
        return try await Verdict(of: subject, checks) { progress.begin("checking \($0)") }
    }

    private func write(_ report: JUnitReport, to path: String) throws {
        do {
            try signals.whileWriting { try report.write(to: path, overwrite: command.force) }
        } catch {
            throw ToolError(error, path: path, isWriting: true)
        }
    }
}
