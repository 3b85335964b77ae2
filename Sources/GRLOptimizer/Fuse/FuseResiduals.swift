package import GRLGraph
import GRLOperators

/// Lets fused operators add what is added to their results.
///
///     ImageConvolution, ImageMLP or ChannelAttention → Add(x)      become the operator with the residual x
///
/// Left alone: additions that broadcast, a third residual, and results that somebody else reads as well.
package struct FuseResiduals: Pass {
    package let name = "fuse residuals"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        guard graph.nodes.contains(where: { $0.operation is any ResidualOperator }) else { return }
        guard var types = SampleTypes(graph) else {
            log.declined(self, "the graph takes none of the sizes that were tried, so shapes are not known")
            return
        }
        var count = 0
        for id in graph.schedule {
            guard graph.contains(id), let operation = graph[id].operation as? any ResidualOperator,
                operation.addsResiduals
            else { continue }
            var node = graph[id]
            while case let output?? = node.outputs.first,
                node.inputs.count < operation.sourceCount + ResidualLimit.count,
                let add = graph.soleReader(of: output), add.operation is Add,
                let residual = add.inputs.first(where: { $0 != output }) ?? nil,
                let sum = add.outputs.first ?? nil, let type = types[sum], types[output] == type,
                types[residual] == type
            {
                let result = graph.replace(add, with: operation, inputs: node.inputs + [residual], erasing: [node.id])
                types[result] = type
                guard let producer = graph.producer(of: result) else { break }
                node = producer
                count += 1
            }
        }
        if count > 0 { log.applied(self, "fused \(count) additions") }
    }
}
