package import GRLGraph
import GRLOperators
import GRLTensor

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
                if let reason = obstacle(node, graph) { log.declined(self, reason, node: node.name) }
                continue
            }
            graph.replace(
                node, with: try ImageConvolution(layer: LinearLayer(weights: weights)), inputs: [input])
            count += 1
        }
        if count > 0 { log.applied(self, "made layers of \(counted(count, "product"))") }
    }

    /// Why the product with a constant matrix stays one; nil for what is no such product.
    private func obstacle(_ node: Node, _ graph: Graph) -> String? {
        guard node.operation is MatMul || node.operation is Gemm, node.inputs.count > 1,
            let factor = node.inputs[1].flatMap({ graph[$0].constant })
        else { return nil }
        if factor.elementType != .float32 { return "its matrix is \(factor.elementType), not float32" }
        if factor.shape.rank != 2 { return "its constant \(factor.shape) is no matrix" }
        return "it scales or transposes, or adds something else than a number for each column"
    }
}
