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
            guard let weights = try weights(of: node, in: graph), case let input?? = node.inputs.first else { continue }
            graph.replace(
                node, with: try ImageConvolution(layer: LinearLayer(weights: weights)), inputs: [input])
            count += 1
        }
        if count > 0 { log.applied(self, "made \(count) products layers") }
    }

    /// The weights and the bias of a node that is a linear layer.
    private func weights(of node: Node, in graph: Graph) throws -> FilterWeights? {
        guard node.inputs.count > 1, let factor = node.inputs[1].flatMap({ graph[$0].constant }),
            factor.elementType == .float32, factor.shape.rank == 2, factor.count > 0
        else { return nil }
        switch node.operation {
        case is MatMul:
            return try FilterWeights(factor.reshaped(to: Shape([1, 1] + factor.shape.dimensions)))
        case let gemm as Gemm:
            guard gemm.alpha == 1, gemm.beta == 1, !gemm.transposesA else { return nil }
            let matrix = gemm.transposesB ? try factor.transposed([1, 0]) : factor
            var bias: [Float]?
            if node.inputs.count > 2, let addend = node.inputs[2] {
                bias = graph.vector(addend, count: matrix.shape[1], rank: 2)
                guard bias != nil else { return nil }
            }
            return try FilterWeights(
                matrix.reshaped(to: Shape([1, 1] + matrix.shape.dimensions)), bias: bias.map { try Tensor(vector: $0) })
        default:
            return nil
        }
    }
}
