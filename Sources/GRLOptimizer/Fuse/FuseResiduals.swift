package import GRLGraph
import GRLOperators
import GRLTensor

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
        if count > 0 { log.applied(self, "fused \(counted(count, "addition"))") }
        for node in graph.nodes where node.operation is Add {
            if let reason = obstacle(node, graph, types) { log.declined(self, reason, node: node.name) }
        }
    }

    /// Why an addition to what a fused operator computes stays one; nil for other additions.
    private func obstacle(_ add: Node, _ graph: Graph, _ types: SampleTypes) -> String? {
        for case let value? in add.inputs {
            guard let node = graph.producer(of: value), let operation = node.operation as? any ResidualOperator,
                operation.addsResiduals
            else { continue }
            if graph.soleReader(of: value) == nil { return "what \(operation.spec.name) computes has other readers" }
            if node.inputs.count >= operation.sourceCount + ResidualLimit.count {
                return "\(operation.spec.name) adds \(ResidualLimit.count) residuals already"
            }
            return "its operands are not of one shape"
        }
        return nil
    }
}
