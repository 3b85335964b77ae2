package import GRLGraph

/// How far a graph is on its way from the file to the run.
package enum OptimizationStage: Int, Sendable, CaseIterable, Comparable {
    /// As the file has it.
    case imported
    /// Constants folded, repetitions removed, common spellings recognised.
    case simplified
    /// Free of the size of the export.
    case lifted
    /// Few nodes, on images whose channels come last. Their weights have a form of their own, so a graph is written to
    /// a file before this stage.
    case fused

    package static func < (a: OptimizationStage, b: OptimizationStage) -> Bool { a.rawValue < b.rawValue }

    /// The passes that lead to the stage from the one before.
    package var passes: [any Pass] { passes(on: InlineExecutor()) }

    /// The passes that lead to the stage from the one before, what they compute on `executor`.
    package func passes(on executor: any ParallelExecutor) -> [any Pass] {
        switch self {
        case .imported: []
        case .simplified:
            [
                // First, so that no later pass has to look through them.
                EliminateIdentity(),
                // What does not depend on the input is computed once, here; but small networks that make tables stay.
                FoldConstants(foldsTableNetworks: false, executor: executor),
                // Folding has left tables as constants; now functions of their elements reach them, and fold.
                HoistPointwise(),
                FoldConstants(foldsTableNetworks: false, executor: executor),
                // Equal nodes, frequent after folding, run once.
                EliminateCommonSubexpressions(),
                // One form for what older opsets spell out.
                RecognizeLayerNormalization(),
                RecognizeGelu(),
                RecognizeL2Normalization(),
                // Last: what the passes before have left without readers.
                EliminateDeadNodes(),
            ]
        case .lifted:
            [
                // Tokens become images, windows attributes: the network runs at any size.
                LiftGeometry()
            ]
        case .fused:
            // The graph is not written to a file any more.
            Self.tableFolding(on: executor) + [
                // First of fusing, so that layers read and write pixels as runs of channels.
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
                // Queries, keys and values come into being one window at a time.
                FuseProjections(),
                // Last, when it is known which operators there are: they add residuals as they store results.
                FuseResiduals(),
                EliminateDeadNodes(),
            ]
        }
    }

    /// The passes that compute what earlier stages leave as small networks: tables of position biases.
    package static func tableFolding(on executor: any ParallelExecutor = InlineExecutor()) -> [any Pass] {
        [FoldConstants(executor: executor), HoistPointwise(), FoldConstants(executor: executor)]
    }
}
