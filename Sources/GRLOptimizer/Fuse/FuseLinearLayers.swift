package import GRLGraph
import GRLOperators

/// Makes products with constant float32 matrices fused layers, whose weights are packed once.
///
///     MatMul(x, constant [K, N]) → ImageConvolution, 1 × 1
///     Gemm(x, constant, constant or nothing) → ImageConvolution, 1 × 1
package struct FuseLinearLayers: Pass {
    package let name = "fuse linear layers"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for id in graph.schedule {
            let node = graph[id]
            guard let weights = try graph.linearWeights(of: node), case let input?? = node.inputs.first else {
                continue
            }
            graph.replace(
                node, with: try ImageConvolution(layer: LinearLayer(weights: weights)), inputs: [input])
            count += 1
        }
        if count > 0 { log.applied(self, "made \(count) products layers") }
    }
}
