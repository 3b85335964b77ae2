import Foundation
import GRL
import GRLInspection
import GRLRestoration
import GRLTensor
import GRLTools

/// All that one call of `grl-inspect contribution` does.
struct ContributionJob: Sendable {
    let command: ContributionCommand
    let signals: SignalGuard
    private let progress: ProgressReporter

    init(command: ContributionCommand, signals: SignalGuard) {
        self.command = command
        self.signals = signals
        progress = ProgressReporter(isQuiet: command.options.quiet)
    }

    func run() async -> ToolExit {
        var report = ContributionReport()
        do {
            let part = try await draw()
            report.contribution = part
            if !command.options.json, !command.options.quiet { try StandardOutput.write(Self.summary(part)) }
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

    private func draw() async throws -> ContributionReport.Part {
        let options = command.options
        let output = options.outputPath(beside: command.image, suffix: "-contribution")
        try options.check(
            output: output, inputs: [command.model, command.image] + [options.right].compactMap { $0 })
        let views = try options.views(command.image)
        let image = views[0]
        progress.begin("loading \(command.model)")
        let limit = options.memoryLimit
        let model = try Model(contentsOfFile: command.model, options: ModelOptions(memoryLimit: limit))
        var restorerOptions = RestorerOptions()
        restorerOptions.threads = options.threads
        restorerOptions.memoryLimit = try SystemMemory.rest(of: limit)
        let restorer = try Restorer(model: model, options: restorerOptions)
        progress.end()

        // What the network does not take is told before the work.
        _ = try restorer.contract.samples(of: views)
        let scale = restorer.contract.scale
        let region = command.region
        guard region.lies(inWidth: image.width * scale, height: image.height * scale) else {
            throw ToolError(
                .usage, "OPTIONS",
                "--region \(region.x),\(region.y),\(region.width),\(region.height) is not inside the result of "
                    + "\(image.width * scale)×\(image.height * scale) pixels", command.image)
        }
        let square = command.square ?? max((max(image.width, image.height) + 15) / 16, 1)
        let occlusion = Occlusion(square: square, region: region)
        let runs = occlusion.runCount(width: image.width, height: image.height)
        progress.begin("\(runs) runs")
        let start = ContinuousClock.now
        let contribution = try await occlusion.run(
            on: Tensor.joiningChannels(of: views.map { try $0.colorTensor() }),
            progress: { [progress] in progress.update(Double($0) / Double(runs)) },
            network: { try await restorer.restore(samples: Self.views(in: $0, count: views.count)) })
        progress.end()
        let seconds = start.duration(to: .now) / .seconds(1)

        let threshold = Float(command.threshold / 255)
        let source = region.shrunk(by: scale)
        try options.write(
            contribution.picture(over: image, region: source, threshold: threshold), to: output, signals: signals)
        return ContributionReport.Part(
            output: output, region: [region.x, region.y, region.width, region.height], square: square, runs: runs,
            threshold: command.threshold, share: contribution.share(above: threshold),
            reach: contribution.reach(from: source, above: threshold), columns: contribution.columns,
            changes: contribution.changes.map { min(Double($0) * 255, .greatestFiniteMagnitude) }, seconds: seconds)
    }

    /// The views whose channels `picture` holds one after the other.
    private static func views(in picture: Tensor, count: Int) throws -> [Tensor] {
        let channels = picture.pictureChannels / count
        return try (0..<count).map { view in
            try Tensor.joiningChannels(of: (0..<channels).map { try picture.channel(view * channels + $0) })
        }
    }

    private static func summary(_ part: ContributionReport.Part) -> String {
        """
        \(printable(part.output)): \(part.runs) runs with squares of \(part.square)×\(part.square) pixels, \
        \(String(format: "%.1f s", part.seconds))
        \(String(format: "%.1f %%", 100 * part.share)) of the picture changes the region by more than \
        \(part.threshold) levels of 255, up to \(part.reach) pixels away

        """
    }
}

/// The report of `grl-inspect contribution --json`, described in Docs/inspect-attention.md.
struct ContributionReport: Encodable, Sendable {
    let format = "grl-inspect-contribution/1"
    let version = toolVersion
    var contribution: Part?
    var error: ErrorReport?
    var exitCode: Int32 = 0

    struct Part: Encodable, Sendable {
        let output: String
        /// x, y, width and height in pixels of the result.
        let region: [Int]
        /// Side of a square in pixels of the picture.
        let square: Int
        /// How many times the network ran.
        let runs: Int
        /// In levels of 255.
        let threshold: Double
        /// The part of the picture whose covering changes the region by more than the threshold.
        let share: Double
        /// How far from the region such squares lie, in pixels of the picture.
        let reach: Int
        /// Squares in a row.
        let columns: Int
        /// The largest change in the region for each square, row by row, in levels of 255.
        let changes: [Double]
        let seconds: Double
    }
}
