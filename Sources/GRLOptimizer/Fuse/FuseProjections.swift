package import GRLGraph
import GRLOperators
import GRLTensor

/// Lets attention project its operands itself, window by window, so that queries, keys and values never go to memory.
///
///     ImageConvolution 1 × 1 → WindowAttention      becomes ProjectedAttention
///
/// A layer that several attentions read is divided among them. Left alone: layers that anybody else reads, or parts of
/// which are read twice; layers that normalise or add residuals; attentions that read keys and values of different
/// layers.
package struct FuseProjections: Pass {
    package let name = "fuse projections into attention"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        var reasons: [NodeID: String] = [:]
        for id in graph.schedule {
            guard graph.contains(id), let layer = graph[id].operation as? ImageConvolution,
                case let result?? = graph[id].outputs.first
            else { continue }
            let readers = Set(graph[result].users).sorted()
            guard readers.contains(where: { graph[$0].operation is WindowAttention }) else { continue }
            do {
                try divide(graph[id], layer, result, among: readers, in: &graph)
                count += readers.count
            } catch let refusal as Refusal {
                for reader in readers { reasons[reader] = refusal.reason }
            }
        }
        if count > 0 { log.applied(self, "fused \(counted(count, "attention"))") }
        for node in graph.nodes where node.operation is WindowAttention {
            let reason = reasons[node.id] ?? "no linear layer computes its queries, keys or values"
            log.declined(self, reason, node: node.name)
        }
    }

    /// Divides a layer among the attentions that read it.
    ///
    /// - Throws: a ``Refusal``; memory errors.
    private func divide(
        _ node: Node, _ layer: ImageConvolution, _ result: ValueID, among readers: [NodeID], in graph: inout Graph
    ) throws {
        guard layer.isPlainLinear else {
            throw Refusal("the layer before it has a larger window than a pixel, or normalises or shuffles")
        }
        guard node.inputs.count == 1, case let image?? = node.inputs.first else {
            throw Refusal("the linear layer before it adds residuals")
        }
        guard !graph.isOutput(result) else { throw Refusal("the network returns what the linear layer computes") }
        let fused = try readers.map { try projection(of: layer, result, for: graph[$0]) }
        let columns = fused.map(\.projection.layer.weights.outputChannels).reduce(0, +)
        guard columns <= layer.layer.weights.outputChannels else {
            throw Refusal("channels of the linear layer are read more than once")
        }
        for (id, operation) in zip(readers, fused) {
            let reader = graph[id]
            graph.replace(reader, with: operation, inputs: reader.inputs.map { $0 == result ? image : $0 })
        }
        graph.erase([node.id])
    }

    /// What takes the place of `reader`.
    ///
    /// - Throws: a ``Refusal`` where it does not read `result` in a way that can be fused; memory errors.
    private func projection(
        of layer: ImageConvolution, _ result: ValueID, for reader: Node
    ) throws -> ProjectedAttention {
        guard let attention = reader.operation as? WindowAttention, reader.inputs.count >= 3 else {
            throw Refusal("the linear layer has another reader, \(reader.operation.spec.name)")
        }
        let reads = reader.inputs.map { $0 == result }
        let operands: ProjectedAttention.Operands
        switch (reads[0], reads[1], reads[2]) {
        case (true, false, false): operands = .queries
        case (false, true, true): operands = .keysAndValues
        case (true, true, true) where attention.query == attention.key: operands = .all
        case (true, true, true): throw Refusal("windows of queries and of keys differ")
        default: throw Refusal("different layers compute its keys and its values")
        }
        guard !reads.dropFirst(3).contains(true) else { throw Refusal("its scales or biases come from the layer") }
        let width = attention.heads * attention.headSize
        let firsts = [attention.queryChannel, attention.keyChannel, attention.valueChannel]
        var next = 0
        var channels: [Int] = []
        let places = firsts.indices.map { index -> Int in
            guard reads[index] else { return firsts[index] }
            channels += firsts[index]..<firsts[index] + width
            defer { next += width }
            return next
        }
        let moved = try WindowAttention(
            heads: attention.heads, headSize: attention.headSize, queryChannel: places[0], keyChannel: places[1],
            valueChannel: places[2], query: attention.query, key: attention.key, isCosine: attention.isCosine,
            epsilon: attention.epsilon, mask: attention.mask)
        let weights = try layer.layer.weights.columns(channels)
        let part = LinearLayer(weights: weights, activation: layer.layer.activation)
        return try ProjectedAttention(moved, of: layer.with(layer: part), for: operands)
    }
}
