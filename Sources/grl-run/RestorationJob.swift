import Foundation
import GRL
import GRLImaging
import GRLOptimizer
import GRLTensor
import GRLTools

/// All that one call of the tool does.
struct RestorationJob: Sendable {
    let command: RunCommand
    let signals: SignalGuard
    private let progress: ProgressReporter

    init(command: RunCommand, signals: SignalGuard) {
        self.command = command
        self.signals = signals
        progress = ProgressReporter(isQuiet: command.quiet)
    }

    /// Restores every input that can be restored; returns the code of the first error.
    func run() async -> ToolExit {
        var report = JSONReport()
        var exit = ToolExit.success
        do {
            exit = try await restoreAll(&report)
        } catch {
            let error = ToolError(error, path: command.model)
            progress.end()
            error.tell()
            report.error = ErrorReport(error)
            exit = error.exit
        }
        guard !signals.isInterrupted else { return .interrupted }
        report.exitCode = exit.rawValue
        report.peakBytes = SystemMemory.peak
        if command.json, !ToolReport.print(report), exit == .success { exit = .inputOutput }
        return exit
    }

    private func restoreAll(_ report: inout JSONReport) async throws -> ToolExit {
        let tasks = try TaskPlanner(
            inputs: command.inputs, dualPixel: command.dualPixel, output: command.output, reference: command.compare,
            overwrites: command.force
        ).plan()
        try InputFile.check(command.model)
        var exit = ToolExit.success
        func note(_ error: ToolError) {
            if exit == .success { exit = error.exit }
            error.tell()
        }
        let works = tasks.contains { (try? $0.get()) != nil }
        let restorer = works ? try loadModel(&report) : nil
        for task in tasks {
            switch task {
            case .failure(let error):
                note(error)
                report.images.append(
                    JSONReport.ImagePart(inputs: error.path.map { [$0] } ?? [], error: ErrorReport(error)))
            case .success(let task):
                var part = JSONReport.ImagePart(inputs: task.inputs)
                do {
                    if let restorer { try await restore(task, with: restorer, &part) }
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    let error = ToolError(error, path: task.inputs[0])
                    progress.end()
                    note(error)
                    part.error = ErrorReport(error)
                }
                report.images.append(part)
            }
        }
        return exit
    }

    private func loadModel(_ report: inout JSONReport) throws -> Restorer {
        let limit = command.maxMemory?.bytes ?? SystemMemory.defaultLimit
        let start = ContinuousClock.now
        progress.begin("loading \(PictureFiles.name(command.model))")
        let model = try Model(
            contentsOfFile: command.model, options: ModelOptions(memoryLimit: limit, precision: command.precision))
        var options = RestorerOptions()
        options.alpha = command.alpha
        options.tile = command.tile
        options.overlap = command.overlap
        options.threads = command.threads
        options.ensemble = command.ensemble
        options.notANumber = command.nan
        options.memoryLimit = try SystemMemory.rest(of: limit)
        let restorer = try Restorer(model: model, options: options)
        let seconds = start.duration(to: .now) / .seconds(1)
        progress.end()
        report.model = JSONReport.ModelPart(path: command.model, contract: restorer.contract, loadSeconds: seconds)
        if command.verbose {
            let memory = options.memoryLimit.map { ", \(ByteText.text($0)) for a run" } ?? ""
            explain(
                """
                model: \(printable(command.model)), loaded in \(Self.text(seconds))\(memory)
                \(restorer.contract)
                """)
            for entry in model.log.entries where entry.pass == LiftGeometry().name {
                explain(printable(entry.description))
            }
        }
        return restorer
    }

    private func restore(_ task: PictureTask, with restorer: Restorer, _ part: inout JSONReport.ImagePart) async throws
    {
        let images = try task.inputs.map { path in
            try ImageReader.read(path: path, isCancelled: { Task.isCancelled })
        }
        let first = images[0]
        (part.width, part.height) = (first.width, first.height)
        (part.channels, part.bitDepth) = (first.channelCount, first.bitDepth.rawValue)
        let reference = try task.reference.map { try loadReference($0, for: first, restorer.contract) }
        let tiles = try restorer.tileCount(width: first.width, height: first.height)
        part.tiles = tiles
        if command.verbose {
            let way = tiles == 1 ? "whole" : "in \(tiles) tiles"
            explain("\(printable(task.inputs[0])): \(Self.text(first)), runs \(way)")
        }
        if tiles > 1, restorer.contract.readsWholePicture, !command.quiet {
            explain(
                "warning: this network takes statistics over the whole picture; in \(tiles) tiles the result of "
                    + "'\(printable(task.inputs[0]))' differs a little from that in one piece")
        }

        let start = ContinuousClock.now
        progress.begin(PictureFiles.name(task.inputs[0]))
        let report = { [progress] in progress.update($0) } as @Sendable (RestorationProgress) -> Void
        let restored =
            images.count == 2
            ? try await restorer.restore(left: images[0], right: images[1], progress: report)
            : try await restorer.restore(first, progress: report)
        progress.end()
        let seconds = start.duration(to: .now) / .seconds(1)

        part.seconds = seconds
        (part.outputWidth, part.outputHeight) = (restored.width, restored.height)
        if let reference, let path = task.reference {
            let border = restorer.contract.scale > 1 ? restorer.contract.scale : 0
            part.comparison = ComparisonPair(
                reference: path, border: border,
                before: try? Comparison(first, reference: reference, border: border),
                after: try Comparison(restored, reference: reference, border: border))
        }
        do {
            try signals.whileWriting {
                try ImageWriter.write(
                    restored, path: task.output, overwrite: command.force, isCancelled: { Task.isCancelled })
            }
        } catch let error as FileError {
            throw ToolError(error, isWriting: true)
        }
        part.output = task.output
        try summarise(task, restored, seconds, part.comparison)
    }

    /// Reads the picture to compare with, and refuses one that cannot be compared before time goes into restoring.
    private func loadReference(_ path: String, for image: Image, _ contract: ModelContract) throws -> Image {
        let reference = try ImageReader.read(path: path, isCancelled: { Task.isCancelled })
        let (width, height) = (image.width * contract.scale, image.height * contract.scale)
        guard reference.width == width, reference.height == height else {
            throw ToolError(
                .data, "IMG_SHAPE",
                "the reference has \(reference.width)×\(reference.height) pixels, the restored picture will have "
                    + "\(width)×\(height)", path)
        }
        return reference
    }

    /// One line about a finished picture on standard output, unless the report goes there.
    private func summarise(
        _ task: PictureTask, _ restored: Image, _ seconds: Double, _ comparison: ComparisonPair?
    ) throws {
        guard !command.quiet, !command.json else { return }
        var line = "\(printable(task.output)): \(Self.text(restored)), \(Self.text(seconds))"
        if let comparison {
            line +=
                comparison.before.map { "; PSNR \($0.text) before, \(comparison.after.text) after" }
                ?? "; PSNR \(comparison.after.text)"
        }
        try StandardOutput.write(line + "\n")
    }

    private func explain(_ text: String) { Terminal.write(text + "\n", to: STDERR_FILENO) }

    private static func text(_ image: Image) -> String {
        let colors = (image.colorModel == .gray ? "gray" : "RGB") + (image.hasAlpha ? " with alpha" : "")
        return "\(image.width)×\(image.height), \(image.bitDepth.rawValue)-bit \(colors)"
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.1f s", seconds) }
}
