import Foundation
import GRLInspection
import GRLTools

/// All that one call of `grl-inspect diff` does.
struct DiffJob: Sendable {
    let command: DiffCommand
    let signals: SignalGuard

    func run() -> ToolExit {
        var report = DiffReport()
        var exit = ToolExit.success
        do {
            let paths = [command.first, command.second]
            for path in paths { try InputFile.check(path) }
            let progress = ProgressReporter(isQuiet: command.quiet || command.json)
            let models = try paths.enumerated().map { index, path in
                progress.begin("loading \(path)")
                defer { progress.end() }
                return try ComparedModel(contentsOfFile: path, memoryLimit: SystemMemory.defaultLimit)
            }
            let difference = try ModelDifference(models[0], models[1])
            report.comparison = DiffReport.Part(difference, models, paths)
            exit = difference.verdict == .same ? .success : .mismatch
            if !command.json, !command.quiet { try say(difference, models, paths) }
        } catch {
            let error = ToolError(error)
            error.tell()
            report.error = ErrorReport(error)
            exit = error.exit
        }
        guard !signals.isInterrupted else { return .interrupted }
        report.exitCode = exit.rawValue
        if command.json, !ToolReport.print(report), exit.rawValue <= 1 { return .inputOutput }
        return exit
    }

    private func say(_ difference: ModelDifference, _ models: [ComparedModel], _ paths: [String]) throws {
        let text = DiffText(
            difference: difference, models: models, paths: paths, showsAll: command.all,
            isColored: Terminal.isColored(STDOUT_FILENO),
            columns: Terminal.width(STDOUT_FILENO, plain: DiffText.plainColumns),
            isCut: Terminal.isInteractive(STDOUT_FILENO))
        try StandardOutput.show(text.text, signals: signals)
    }
}
