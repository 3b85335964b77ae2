import Foundation
import GRL
import GRLInspection
import GRLRestoration
import GRLTensor
import GRLTools

/// All that one call of `grl-inspect attention` does.
struct AttentionJob: Sendable {
    let command: AttentionCommand
    let signals: SignalGuard
    private let progress: ProgressReporter

    init(command: AttentionCommand, signals: SignalGuard) {
        self.command = command
        self.signals = signals
        progress = ProgressReporter(isQuiet: command.options.quiet)
    }

    func run() async -> ToolExit {
        var report = AttentionReport()
        do {
            if let image = command.image, let layer = command.layer {
                try await draw(image, layer, &report)
            } else {
                try list(&report)
            }
        } catch {
            let error = ToolError(error, path: command.model)
            progress.end()
            error.tell()
            report.error = ErrorReport(error)
            report.exitCode = error.exit.rawValue
        }
        guard !signals.isInterrupted else { return .interrupted }
        if command.options.json, !ToolReport.print(report), report.exitCode == 0 { return .inputOutput }
        return ToolExit(rawValue: report.exitCode) ?? .data
    }

    private func load() throws -> (model: Model, layers: [AttentionLayer]) {
        progress.begin("loading \(command.model)")
        defer { progress.end() }
        return try AttentionReader.load(contentsOfFile: command.model, memoryLimit: command.options.memoryLimit)
    }

    private func list(_ report: inout AttentionReport) throws {
        try InputFile.check(command.model)
        let (model, layers) = try load()
        let parts = layers.map { AttentionReport.LayerPart($0, in: model.graph) }
        report.layers = parts
        try say(AttentionText.table(parts))
    }

    private func draw(_ path: String, _ number: Int, _ report: inout AttentionReport) async throws {
        let options = command.options
        let output = options.outputPath(beside: path, suffix: "-attention")
        try options.check(output: output, inputs: [command.model, path] + [options.right].compactMap { $0 })
        let views = try options.views(path)
        let image = views[0]
        let position = command.at ?? PixelPosition(x: image.width / 2, y: image.height / 2)
        guard position.x < image.width, position.y < image.height else {
            throw ToolError(
                .usage, "OPTIONS",
                "--at \(position.x),\(position.y) is outside the picture of \(image.width)×\(image.height) pixels", path
            )
        }
        let (model, layers) = try load()
        guard layers.indices.contains(number) else {
            throw ToolError(
                .usage, "OPTIONS", "--layer \(number) is not there; the network has layers 0 to \(layers.count - 1)",
                command.model)
        }
        let layer = layers[number]
        let branch = command.branch ?? layer.branches[0]
        guard layer.branches.contains(branch) else {
            throw ToolError(
                .usage, "OPTIONS", "layer \(number) has no \(branch) branch, only a \(layer.branches[0]) one",
                command.model)
        }
        let heads = layer.geometry(of: branch, in: model.graph)?.heads ?? 0
        if let head = command.head, head >= heads {
            throw ToolError(
                .usage, "OPTIONS", "--head \(head) is not there; the branch has heads 0 to \(heads - 1)", command.model)
        }
        let contract = try ModelContract(of: model)
        let samples = try contract.samples(of: views)
        let reader = try AttentionReader(model, layer: layer, branch: branch)
        let limit = try SystemMemory.rest(of: options.memoryLimit)
        progress.begin("layer \(number)")
        let state = try await reader.run(
            samples, options: SessionOptions(threads: options.threads, memoryLimit: limit),
            progress: { [progress] in progress.update($0) })
        let attention = try state.attention(atX: position.x, y: position.y, of: image, head: command.head)
        progress.end()
        try Task.checkCancellation()
        try options.write(
            attention.picture(over: image, margin: command.around), to: output, signals: signals)
        let part = AttentionReport.Drawing(
            attention, layer: AttentionReport.LayerPart(layer, in: model.graph), heads: heads, head: command.head,
            position: position, image: image, output: output)
        report.drawing = part
        try say(AttentionText.summary(part))
    }

    /// Prints text for people, unless the report goes to standard output.
    private func say(_ text: String) throws {
        guard !command.options.json, !command.options.quiet else { return }
        try StandardOutput.show(text, signals: signals)
    }
}
