import Foundation
import GRL
import GRLRuntime
import GRLTensor
import GRLTools

/// Writes a network that is free of the size of its export, instead of restoring pictures.
struct LiftingJob: Sendable {
    let command: RunCommand
    let signals: SignalGuard
    /// The file to write.
    let output: String

    /// Lifts the network and writes it; returns what the process ends with.
    func run() -> ToolExit {
        var report = JSONReport()
        let progress = ProgressReporter(isQuiet: command.quiet)
        do {
            try InputFile.check(command.model)
            try OutputFile.check(output, overwrites: command.force, inputs: [command.model])
            progress.begin("lifting \(PictureFiles.name(command.model))")
            let model = try LiftedModel(
                contentsOfFile: command.model, memoryLimit: command.maxMemory?.bytes ?? SystemMemory.defaultLimit)
            progress.end()
            try Task.checkCancellation()
            let bytes = try write(model)
            report.peakBytes = SystemMemory.peak
            report.lifted = JSONReport.LiftedPart(path: output, bytes: bytes)
            if !command.quiet, !command.json {
                let size = String(format: "%.1f MB", Double(bytes) / 1e6)
                try StandardOutput.write("\(printable(output)): \(size), runs at any size\n")
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

    /// Returns the number of bytes written.
    private func write(_ model: LiftedModel) throws -> Int {
        do {
            try signals.whileWriting { try model.write(toFile: output, overwrite: command.force) }
        } catch {
            throw ToolError(error, path: output, isWriting: true)
        }
        return (try? FileManager.default.attributesOfItem(atPath: output)[.size] as? Int) ?? 0
    }
}
