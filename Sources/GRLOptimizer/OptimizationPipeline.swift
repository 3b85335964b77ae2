package import GRLGraph

/// Passes that a model goes through between import and run, in order.
package struct OptimizationPipeline: Sendable {
    package let passes: [any Pass]
    /// Whether the graph is checked after each pass; a defect is then thrown.
    package let verifiesEachPass: Bool

    package init(passes: [any Pass], verifiesEachPass: Bool = OptimizationPipeline.verifiesByDefault) {
        self.passes = passes
        self.verifiesEachPass = verifiesEachPass
    }

    /// What a model goes through up to a stage.
    ///
    /// - Parameter executor: where constants are computed.
    package static func through(
        _ stage: OptimizationStage, verifiesEachPass: Bool = OptimizationPipeline.verifiesByDefault,
        on executor: any ParallelExecutor = InlineExecutor()
    ) -> OptimizationPipeline {
        let passes = OptimizationStage.allCases.filter { $0 <= stage }.flatMap { $0.passes(on: executor) }
        return OptimizationPipeline(passes: passes, verifiesEachPass: verifiesEachPass)
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
