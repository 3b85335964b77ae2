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
