package import GRLOptimizer

/// How far a graph is on its way from the file to the run, as users name it.
package enum InspectedStage: String, Sendable, CaseIterable {
    /// As the file has it.
    case `import`
    /// Constants folded, common spellings recognised.
    case simplify
    /// Free of the size of the export.
    case lift
    /// As it runs.
    case fuse
    /// As it runs, with where each value lives.
    case plan

    /// The stage whose graph it shows.
    package var optimizationStage: OptimizationStage {
        switch self {
        case .import: .imported
        case .simplify: .simplified
        case .lift: .lifted
        case .fuse, .plan: .fused
        }
    }

    /// The stage that shows the graph of another.
    package init(_ stage: OptimizationStage) {
        switch stage {
        case .imported: self = .import
        case .simplified: self = .simplify
        case .lifted: self = .lift
        case .fused: self = .fuse
        }
    }
}
