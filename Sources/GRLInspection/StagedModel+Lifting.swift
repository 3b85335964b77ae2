import GRLOperators
import GRLOptimizer

extension StagedModel {
    /// Whether the network runs at any size once it is lifted, or was lifted when it was written.
    package var isFreeOfSize: Bool {
        guard stages.count > OptimizationStage.lifted.rawValue else { return false }
        return liftRefusals.isEmpty || wasLifted
    }

    /// Whether the file holds a network that had been lifted.
    package var wasLifted: Bool {
        stages[0].graph.nodes.contains { node in
            node.operation is PadToMultiple || node.operation is CropToScale || node.operation is WindowAttention
        }
    }
}
