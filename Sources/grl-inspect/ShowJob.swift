import Foundation
import GRLInspection
import GRLTools

/// All that one call of `grl-inspect show` does.
struct ShowJob: Sendable {
    let command: ShowCommand
    let signals: SignalGuard

    func run() -> ToolExit {
        do {
            try show()
            return .success
        } catch {
            let error = ToolError(error, path: command.model)
            error.tell()
            return signals.isInterrupted ? .interrupted : error.exit
        }
    }

    private func show() throws {
        guard FileManager.default.fileExists(atPath: command.model) else { throw ToolError.missing(command.model) }
        let model = try StagedModel(contentsOfFile: command.model, memoryLimit: SystemMemory.defaultLimit)
        guard command.drawing.isAsked else { return try say(SummaryText.text(of: model)) }
        let files = OutputFiles(signals: signals, overwrites: command.drawing.force)
        let job = DrawingJob(
            options: command.drawing, model: model, stage: .fused, depth: nil, size: nil, files: files)
        if let text = try job.run() { try say(text) }
    }

    private func say(_ text: String) throws {
        guard Terminal.write(text, to: STDOUT_FILENO) else {
            throw ToolError(.inputOutput, "FILE_WRITE", "standard output takes no more text")
        }
    }
}
