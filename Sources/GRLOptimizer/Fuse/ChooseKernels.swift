package import GRLGraph
package import GRLOperators

/// Makes fused layers and window attention run on certain kernels.
package struct ChooseKernels: Pass {
    package let name = "choose kernels"
    private let kernels: ProductKernels

    package init(_ kernels: ProductKernels) {
        self.kernels = kernels
    }

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for id in graph.schedule {
            guard let operation = try chosen(for: graph[id].operation) else { continue }
            graph.replace(graph[id], with: operation, inputs: graph[id].inputs)
            count += 1
        }
        if count > 0 { log.applied(self, "changed \(count) nodes") }
    }

    private func chosen(for operation: any Operator) throws -> (any Operator)? {
        switch operation {
        case let operation as ImageConvolution:
            try operation.with(layer: operation.layer.running(on: kernels))
        case let operation as ImageMLP:
            try ImageMLP(
                first: operation.first.running(on: kernels), second: operation.second.running(on: kernels),
                normalization: operation.normalization)
        case let operation as WindowAttention: try operation.running(on: kernels)
        case let operation as ProjectedAttention:
            try ProjectedAttention(
                operation.attention.running(on: kernels),
                of: operation.projection.with(layer: operation.projection.layer.running(on: kernels)),
                for: operation.operands)
        default: nil
        }
    }
}
