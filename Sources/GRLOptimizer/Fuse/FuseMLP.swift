package import GRLGraph
import GRLOperators
import GRLTensor

/// Makes one node of two linear layers in a row, so that what is between them never goes to memory.
///
///     ImageConvolution 1 × 1 → ImageConvolution 1 × 1 without activation      becomes ImageMLP
///
/// Left alone: first layers that somebody else reads as well, or that normalise or add residuals.
package struct FuseMLP: Pass {
    package let name = "fuse pairs of linear layers"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for id in graph.schedule {
            guard graph.contains(id), let second = graph[id].operation as? ImageConvolution,
                second.isLinear, second.layer.activation == .none, case let middle?? = graph[id].inputs.first,
                let (node, first) = graph.producer(of: middle, as: ImageConvolution.self), first.isLinear
            else { continue }
            if let reason = obstacle(between: node, first, middle, graph) {
                log.declined(self, reason, node: graph[id].name)
                continue
            }
            let fused = try ImageMLP(first: first.layer, second: second.layer, normalization: second.normalization)
            graph.replace(
                graph[id], with: fused, inputs: node.inputs + graph[id].inputs.dropFirst(), erasing: [node.id])
            count += 1
        }
        if count > 0 { log.applied(self, "fused \(counted(count, "pair"))") }
    }

    /// Why a linear layer and the one before it, which computes `middle`, stay two; nil where nothing keeps them apart.
    private func obstacle(
        between node: Node, _ first: ImageConvolution, _ middle: ValueID, _ graph: Graph
    ) -> String? {
        if graph.soleReader(of: middle) == nil { return "what the layer before computes has other readers" }
        if first.normalization != nil { return "the layer before normalises" }
        return node.inputs.count == 1 ? nil : "the layer before adds residuals"
    }
}

extension ImageConvolution {
    /// Whether this is a linear layer of one source.
    fileprivate var isLinear: Bool { window.isPointwise && sources == 1 && shuffle == 1 }
}
