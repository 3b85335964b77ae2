import Foundation
import GRLInspection
import GRLOptimizer
import GRLRuntime
import GRLTensor
import GRLTools

/// All that one call of `grl-inspect show` does.
struct ShowJob: Sendable {
    let command: ShowCommand
    let signals: SignalGuard

    func run() -> ToolExit {
        var report = InspectReport()
        do {
            try show(&report)
        } catch {
            let error = ToolError(error, path: command.model)
            error.tell()
            report.error = ErrorReport(error)
            report.exitCode = error.exit.rawValue
        }
        guard !signals.isInterrupted else { return .interrupted }
        if command.json, !ToolReport.print(report), report.exitCode == 0 { return .inputOutput }
        return ToolExit(rawValue: report.exitCode) ?? .data
    }

    private func show(_ report: inout InspectReport) throws {
        try InputFile.check(command.model)
        for output in [command.drawing.html, command.drawing.picture].compactMap({ $0 }) {
            try OutputFile.check(output, overwrites: command.drawing.force, inputs: [command.model])
        }
        let model = try StagedModel(
            contentsOfFile: command.model, through: lastStage, memoryLimit: SystemMemory.defaultLimit)
        try Task.checkCancellation()
        let trees = model.moduleTrees()
        let isPlanReported = command.drawing.memory != nil && (command.json || command.csv)
        if command.drawing.isAsked, !isPlanReported { return try draw(model, trees) }
        if command.json { return try fill(&report, model, trees) }
        if command.csv { return try sayCSV(model, trees) }
        var texts: [String] = []
        if let name = command.node { texts.append(NodeText.text(of: try nodes(name, model, trees))) }
        if command.node == nil, command.listsNodes {
            let showsNodes = command.nodes || command.grep != nil || command.op != nil
            texts.append(StageText.text(of: try listing(model, trees), depth: command.depth, showsNodes: showsNodes))
        }
        if command.log { texts.append(LogText.text(of: model)) }
        var refusal: ToolError?
        if command.size != nil, command.node == nil, !command.listsNodes {
            let costs = try costs(model, trees)
            texts.append(CostText.text(of: costs.found))
            refusal = costs.refusal
        }
        if texts.isEmpty {
            let width = Terminal.width(STDOUT_FILENO, plain: SummaryText.plainWidth)
            texts.append(SummaryText.text(of: ModelSummary(model, trees: trees), width: width))
        }
        try say(texts.joined(separator: "\n"))
        if let refusal { throw refusal }
    }

    /// How far the model has to be optimised for what is asked.
    private var lastStage: OptimizationStage {
        let showsStage = command.node != nil || command.listsNodes
        guard showsStage, !command.log, !command.json, !command.drawing.isAsked else { return .fused }
        return stage.optimizationStage
    }

    private var stage: InspectedStage { command.stage ?? .fuse }

    private var size: ImageSize? { command.size?.sizes.first }

    private var extents: (height: Int, width: Int)? { size.map { ($0.height, $0.width) } }

    private func listing(_ model: StagedModel, _ trees: [ModuleTree]) throws -> StageListing {
        try StageListing(
            model, trees: trees, stage: stage, filter: .init(pattern: command.grep, operatorName: command.op),
            size: extents)
    }

    private func nodes(_ name: String, _ model: StagedModel, _ trees: [ModuleTree]) throws -> [NodeDetails] {
        let found = NodeDetails.list(of: name, in: model, trees: trees, stage: stage, size: extents)
        guard found.isEmpty else { return found }
        let graph = model.graph(at: stage.optimizationStage)
        let holding = NodeDetails.similar(to: name, in: graph)
        let similar = holding.isEmpty ? Spelling.similar(to: name, among: graph.nodes.map(\.name)) : holding
        let names = similar.prefix(5).map { "'\(printable($0))'" }.joined(separator: ", ")
        let hint = names.isEmpty ? "list them with --nodes" : "did you mean \(names)?"
        throw ToolError(
            .usage, "NODE_NOT_FOUND",
            "no node or value at stage \(stage.rawValue) has the name '\(printable(name))'; \(hint)")
    }

    /// The costs at the sizes that the network takes, and why not at the first of the others.
    ///
    /// - Throws: the reason where it takes none of them.
    private func costs(_ model: StagedModel, _ trees: [ModuleTree]) throws -> (found: [SizeCost], refusal: ToolError?) {
        guard let sizes = command.size?.sizes, let tree = trees.last else { return ([], nil) }
        let parameters = ParameterCounts(model, contents: FileContents(model))
        let peak = MachinePeak.multiplyAddsPerSecond(threads: ThreadPool.shared.threadCount)
        var (found, refusal): ([SizeCost], ToolError?) = ([], nil)
        for size in sizes {
            do {
                found.append(
                    try SizeCost(model, tree, parameters, height: size.height, width: size.width, peak: peak))
            } catch {
                let reason = ToolError(error).message
                refusal =
                    refusal
                    ?? ToolError(
                        .data, "SIZE", "the network does not run at \(size.height)×\(size.width): \(reason)",
                        command.model)
            }
        }
        if found.isEmpty, let refusal { throw refusal }
        return (found, refusal)
    }

    private func sayCSV(_ model: StagedModel, _ trees: [ModuleTree]) throws {
        if let plan = try memory(model) { return try say(CSVText.text(of: plan)) }
        guard command.size != nil, !command.listsNodes else {
            return try say(CSVText.text(of: try listing(model, trees).rows))
        }
        let costs = try costs(model, trees)
        try say(CSVText.text(of: costs.found))
        if let refusal = costs.refusal { throw refusal }
    }

    /// The memory plan at the size that was asked for.
    private func memory(_ model: StagedModel) throws -> MemoryReport? {
        guard let size = command.drawing.memory else { return nil }
        let plan = try model.memoryPlan(for: model.inputTypes(size: (size.height, size.width)))
        return MemoryReport(plan, graph: model.graph(at: .fused), height: size.height, width: size.width)
    }

    private func fill(_ report: inout InspectReport, _ model: StagedModel, _ trees: [ModuleTree]) throws {
        report.model = ModelSummary(model, trees: trees)
        if let name = command.node {
            report.node = try nodes(name, model, trees)
        } else if command.listsNodes {
            report.nodes = try listing(model, trees).rows
        }
        if command.log { report.log = LogRow.rows(of: model) }
        report.memory = try memory(model)
        if command.size != nil, !command.listsNodes {
            let costs = try costs(model, trees)
            report.sizes = costs.found
            if let refusal = costs.refusal { throw refusal }
        }
    }

    private func draw(_ model: StagedModel, _ trees: [ModuleTree]) throws {
        let files = OutputFiles(signals: signals, overwrites: command.drawing.force)
        var refusal: ToolError?
        let job = DrawingJob(
            options: command.drawing, model: model, trees: trees, stage: stage.optimizationStage, depth: command.depth,
            size: size,
            costs: {
                let costs = try costs(model, trees)
                refusal = costs.refusal
                return costs.found
            }, files: files)
        if let text = try job.run() { try say(text) }
        if let refusal { throw refusal }
    }

    private func say(_ text: String) throws {
        try StandardOutput.show(text, signals: signals)
    }
}
