import Foundation
import GRLInspection
import GRLOptimizer
import GRLTensor
import GRLTools

/// Draws one model.
struct DrawingJob {
    let options: DrawingOptions
    let model: StagedModel
    /// The modules of its stages.
    let trees: [ModuleTree]
    /// The stage that graphs are written of.
    let stage: OptimizationStage
    /// How many modules are drawn open around a node, at most; nil for as many as make a picture of moderate size.
    let depth: Int?
    /// Rows and columns of the image that costs are told for; nil for those of the export.
    let size: ImageSize?
    /// The costs at the sizes that were asked for.
    let costs: () throws -> [SizeCost]
    let files: OutputFiles

    /// What is to be printed; nil where a file was written.
    ///
    /// - Throws: a ``ToolError``, a `RunError`, a `FileError`.
    func run() throws -> String? {
        if let path = options.html {
            try files.write(try page(), to: path)
            return nil
        }
        if let size = options.memory {
            let plan = try model.memoryPlan(for: model.inputTypes(size: (size.height, size.width)))
            guard let path = options.picture else { return plan.description }
            let picture = ArenaPicture(plan, graph: model.graph(at: .fused))
            try files.write(picture: picture.svg(style: .file), to: path)
            return nil
        }
        if let path = options.picture {
            try files.write(picture: SizePlot(try costs()).svg, to: path)
            return nil
        }
        let sketch = GraphSketch(
            model.graph(at: stage), tree: trees[model.stage(stage).stage.rawValue], depth: depth)
        return options.dot ? sketch.dot : sketch.mermaid
    }

    private func page() throws -> String {
        let libraries = try BrowserLibraries.read(folder: options.libraries)
        let inputs = try model.inputTypes(size: size.map { ($0.height, $0.width) } ?? model.exportSize)
        let profile = try options.trace.map {
            try TraceProfile(contentsOfFile: $0, graph: model.graph(at: .fused))
        }
        // A network that cannot run can be looked at all the same.
        let plan = try? model.memoryPlan(for: inputs)
        return try ModelPage(model, inputs: inputs, plan: plan, profile: profile)
            .html(facts: SummaryText.facts(of: ModelSummary(model, trees: trees)), libraries: libraries)
    }
}
