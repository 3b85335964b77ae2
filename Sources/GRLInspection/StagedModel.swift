package import GRLGraph
import GRLONNX
package import GRLOptimizer
import GRLRuntime
import GRLTensor

/// A model at every stage on its way from the file to the run, up to a chosen one. Nothing of it is executed but what
/// folds to constants.
package struct StagedModel: Sendable {
    /// The graph at one stage, and what the passes that led there did.
    package struct Stage: Sendable {
        package let stage: OptimizationStage
        package let graph: Graph
        package let log: OptimizationLog
        /// How long it took to get there from the stage before.
        package let duration: Duration
    }

    package let file: ModelFile
    /// The stages in order, the imported one first.
    package let stages: [Stage]

    /// Reads an ONNX file and optimises its graph.
    ///
    /// - Parameters:
    ///   - last: the stage to stop at.
    ///   - memoryLimit: the most bytes that the model's tensors may take.
    /// - Throws: an ``ImportError`` when the file is no sound model, a ``RunError`` when a part of it that does not
    ///   depend on the inputs cannot be computed.
    package init(contentsOfFile path: String, through last: OptimizationStage = .fused, memoryLimit: Int? = nil) throws
    {
        let start = ContinuousClock.now
        let allocator = TensorAllocator(limit: memoryLimit ?? Int.max)
        let imported = try ModelImporter.load(contentsOf: path, options: ImportOptions(allocator: allocator))
        file = ModelFile(path: path, imported: imported)
        stages = try Self.stages(of: imported.graph, through: last, importing: start.duration(to: .now))
    }

    private static func stages(
        of graph: Graph, through last: OptimizationStage, importing: Duration
    ) throws -> [Stage] {
        var graph = graph
        var stages: [Stage] = []
        for stage in OptimizationStage.allCases where stage <= last {
            let start = ContinuousClock.now
            graph.markOrigins()
            let log: OptimizationLog
            do {
                log = try OptimizationPipeline(passes: stage.passes).run(on: &graph)
            } catch let error as OptimizationError {
                throw RunError(error)
            }
            let duration = stage == .imported ? importing : start.duration(to: .now)
            stages.append(Stage(stage: stage, graph: graph, log: log, duration: duration))
        }
        return stages
    }

    /// The graph at a stage, or at the last one that was asked for where that comes before it.
    package func graph(at stage: OptimizationStage) -> Graph { self.stage(stage).graph }

    /// A stage, or the last one that was asked for where that comes before it.
    package func stage(_ stage: OptimizationStage) -> Stage { stages[min(stage.rawValue, stages.count - 1)] }

    /// As its log has them; empty where it was not to be lifted.
    package var liftRefusals: [OptimizationLog.Entry] {
        guard stages.count > OptimizationStage.lifted.rawValue else { return [] }
        return stage(.lifted).log.liftRefusals
    }
}
