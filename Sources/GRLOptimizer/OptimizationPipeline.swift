package import GRLGraph

/// The passes that every model goes through between import and run, in order.
package struct OptimizationPipeline: Sendable {
    package let passes: [any Pass]
    /// Whether the graph is checked after each pass; a defect is then thrown.
    package let verifiesEachPass: Bool

    package init(passes: [any Pass], verifiesEachPass: Bool = OptimizationPipeline.verifiesByDefault) {
        self.passes = passes
        self.verifiesEachPass = verifiesEachPass
    }

    /// What a model goes through before it runs.
    package static func standard(
        verifiesEachPass: Bool = OptimizationPipeline.verifiesByDefault
    ) -> OptimizationPipeline {
        OptimizationPipeline(
            passes: [
                // First, so that no later pass has to look through them.
                EliminateIdentity(),
                // What does not depend on the input is computed once, here.
                FoldConstants(),
                // Folding has left tables as constants; now functions of their elements reach them, and fold.
                HoistPointwise(),
                FoldConstants(),
                // Equal nodes, frequent after folding, run once.
                EliminateCommonSubexpressions(),
                // Last: what the passes before have left without readers.
                EliminateDeadNodes(),
            ], verifiesEachPass: verifiesEachPass)
    }

    /// What makes a network fast before it runs: few nodes, on images whose channels come last.
    ///
    /// The operators that it makes have weights in a form of their own, so a graph is written to a file before.
    package static func fuse(
        verifiesEachPass: Bool = OptimizationPipeline.verifiesByDefault
    ) -> OptimizationPipeline {
        OptimizationPipeline(
            passes: [
                // First, so that layers read and write pixels as runs of channels.
                ConvertToChannelsLast(),
                EliminateDeadNodes(),
                // Products with constant matrices become layers as well.
                FuseLinearLayers(),
                // Layers read the parts of concatenations where they lie.
                AbsorbConcatenations(),
                // Layers apply activations and normalisations while results are near.
                FuseEpilogues(),
                // Two layers in a row keep what is between them in the cache.
                FuseMLP(),
                FuseChannelAttention(),
                // Last, when it is known which operators there are: they add residuals as they store results.
                FuseResiduals(),
                EliminateDeadNodes(),
            ], verifiesEachPass: verifiesEachPass)
    }

    /// These passes and then those of another pipeline.
    package func followed(by next: OptimizationPipeline) -> OptimizationPipeline {
        OptimizationPipeline(
            passes: passes + next.passes, verifiesEachPass: verifiesEachPass || next.verifiesEachPass)
    }

    /// Debug builds verify after each pass.
    package static var verifiesByDefault: Bool {
        #if DEBUG
        true
        #else
        false
        #endif
    }

    /// Runs all passes on `graph`; returns what they did.
    ///
    /// - Throws: an ``OptimizationError``.
    package func run(on graph: inout Graph) throws -> OptimizationLog {
        var log = OptimizationLog()
        for pass in passes {
            do {
                try pass.run(on: &graph, log: &log)
                if verifiesEachPass { try graph.verify() }
            } catch {
                throw OptimizationError(pass: pass.name, cause: error)
            }
        }
        return log
    }
}

/// What went wrong in a pass.
package struct OptimizationError: Error, CustomStringConvertible {
    package let pass: String
    package let cause: any Error

    package var description: String { "\(cause), in the pass '\(pass)'" }
}
