import Foundation
import GRL
import GRLInspection
import GRLRestoration
import GRLTensor
import GRLTools
import GRLValidation

/// Restores a folder of pictures and measures them.
struct ImageJob: Sendable {
    private let command: ValidateCommand
    private let options: ImageOptions
    private let signals: SignalGuard
    private let progress: ProgressReporter

    init(command: ValidateCommand, signals: SignalGuard) {
        self.command = command
        options = command.images
        self.signals = signals
        progress = ProgressReporter(isQuiet: command.quiet)
    }

    /// Measures all pictures, or none where one cannot be; returns what the process ends with.
    func run() async -> ToolExit {
        var report = ImageReport(model: command.model)
        do {
            let text = try await measure(&report)
            if !command.json, !command.quiet { try StandardOutput.write(text) }
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

    /// Fills the report and writes files; returns what is printed for people.
    private func measure(_ report: inout ImageReport) async throws -> String {
        let files = [options.csv, options.markdown].compactMap { $0 }
        for path in files { try OutputFile.check(path, overwrites: command.force, inputs: [command.model]) }
        try InputFile.check(command.model)
        let limit = command.maxMemory?.bytes ?? SystemMemory.defaultLimit
        progress.begin("loading \(PictureFiles.name(command.model))")
        let model = try Model(contentsOfFile: command.model, options: ModelOptions(memoryLimit: limit))
        var restorerOptions = RestorerOptions()
        restorerOptions.threads = command.threads
        restorerOptions.memoryLimit = try SystemMemory.rest(of: limit)
        let restorer = try Restorer(model: model, options: restorerOptions)
        progress.end()

        let evaluation = ImageEvaluation(
            restorer: restorer, imageProtocol: imageProtocol(restorer.contract), sigma: options.sigma,
            seed: options.seed)
        let items = try ImageTasks(options, evaluation.imageProtocol).items()
        let pictures = items.flatMap { $0.inputs + [$0.target] }
        for path in files { try OutputFile.check(path, overwrites: command.force, inputs: pictures) }
        let results = try await results(of: items, evaluation)

        let scale = restorer.contract.scale
        report.measurement = ImageReport.Measurement(
            imageProtocol: evaluation.imageProtocol.rawValue, scale: scale,
            border: evaluation.imageProtocol.border(scale: scale),
            largestSample: evaluation.imageProtocol.largestSample, sigma: options.sigma,
            seed: options.sigma.map { _ in options.seed })
        report.images = results.map { ImageReport.Item($0) }
        report.mean = ImageScores(mean: results.map(\.after)).map { ImageReport.Figures($0) }
        func figures(_ size: PaperFigure.Size?) -> [PaperFigure] {
            PaperFigure.all(
                evaluation.imageProtocol, size: size, sigma: options.sigma, scale: scale,
                inputChannels: restorer.contract.inputChannels)
        }
        report.paper = figures(options.paper)
        if options.paper == nil, !report.paper.isEmpty { report.paper = figures(releasedSize) }

        let table = ScoreTable(results)
        let notes = notes(evaluation, report.paper)
        if let path = options.csv { try write(table.csv, to: path) }
        if let path = options.markdown {
            try write(notes.map { "\($0)\n\n" }.joined() + table.markdown, to: path)
        }
        return notes.map { "\($0)\n" }.joined() + table.text
    }

    private func results(
        of items: [ImageEvaluation.Item], _ evaluation: ImageEvaluation
    ) async throws -> [ImageEvaluation.Result] {
        var results: [ImageEvaluation.Result] = []
        for (index, item) in items.enumerated() {
            try Task.checkCancellation()
            let name = item.inputs.first.map(PictureFiles.name) ?? ""
            progress.begin("\(index + 1)/\(items.count) \(name)")
            do {
                results.append(try await evaluation.evaluate(item) { [progress] in progress.update($0) })
            } catch {
                throw ToolError(error, path: item.inputs.first)
            }
            progress.end()
        }
        return results
    }

    /// The size of the network, where it is a released one.
    private var releasedSize: PaperFigure.Size? {
        let staged = try? StagedModel(
            contentsOfFile: command.model, through: .lifted,
            memoryLimit: SystemMemory.rest(of: command.maxMemory?.bytes ?? SystemMemory.defaultLimit))
        return staged.flatMap(NetworkReader.read)?.size.flatMap { PaperFigure.Size(rawValue: $0.letter) }
    }

    private func imageProtocol(_ contract: ModelContract) -> ImageProtocol {
        options.imageProtocol ?? (contract.scale > 1 ? .sr : options.sigma != nil ? .dn : .plain)
    }

    /// How the figures were measured, and what is published.
    private func notes(_ evaluation: ImageEvaluation, _ paper: [PaperFigure]) -> [String] {
        let imageProtocol = evaluation.imageProtocol
        let border = imageProtocol.border(scale: evaluation.restorer.contract.scale)
        let noise = options.sigma.map { "noise of σ \(Self.short($0)) added, seed \(options.seed)" }
        let measured = [
            "protocol \(imageProtocol.rawValue)", noise,
            imageProtocol.largestSample.map { "results rounded to \($0 == 255 ? "8 bits" : "1/\($0)")" }
                ?? "results not rounded",
            border == 0 ? "no border left out" : "\(counted(border, "pixel")) of border left out",
        ]
        return [measured.compactMap { $0 }.joined(separator: "; ")]
            + PaperFigure.Size.allCases.compactMap { size in
                let figures = paper.filter { $0.size == size }
                guard let first = figures.first else { return nil }
                let folder = options.targets ?? options.images ?? ""
                let listed = figures.map { figure in
                    "\(figure.dataSet) \(String(format: "%.2f", figure.psnr))"
                        + (figure.isAbout(folder: folder) ? " (this set)" : "")
                }
                return "paper, GRL-\(size.rawValue), PSNR\(first.isLuma ? "-Y" : ""): "
                    + listed.joined(separator: ", ")
            }
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() ? String(format: "%.0f", number) : "\(number)"
    }

    private func write(_ text: String, to path: String) throws {
        do {
            try signals.whileWriting {
                let writer = try AtomicFileWriter(path: path, overwrite: command.force)
                try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
                try writer.commit()
            }
        } catch {
            throw ToolError(error, path: path, isWriting: true)
        }
    }
}
