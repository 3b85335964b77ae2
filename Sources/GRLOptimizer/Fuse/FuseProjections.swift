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
        for id in graph.schedule {
            guard graph.contains(id), let layer = graph[id].operation as? ImageConvolution, layer.isPlainLinear,
                graph[id].inputs.count == 1, case let image?? = graph[id].inputs.first,
                case let result?? = graph[id].outputs.first, !graph.isOutput(result)
            else { continue }
            let readers = Set(graph[result].users).sorted()
            let fused = try readers.compactMap { try projection(of: layer, result, for: graph[$0]) }
            let columns = fused.map(\.projection.layer.weights.outputChannels).reduce(0, +)
            guard !readers.isEmpty, fused.count == readers.count, columns <= layer.layer.weights.outputChannels
            else { continue }
            for (id, operation) in zip(readers, fused) {
                let reader = graph[id]
                graph.replace(reader, with: operation, inputs: reader.inputs.map { $0 == result ? image : $0 })
            }
            count += readers.count
            graph.erase([id])
        }
        if count > 0 { log.applied(self, "fused \(count) attentions") }
    }

    /// What takes the place of `reader`; nil where it does not read `result` in a way that can be fused.
    private func projection(
        of layer: ImageConvolution, _ result: ValueID, for reader: Node
    ) throws -> ProjectedAttention? {
        guard let attention = reader.operation as? WindowAttention, reader.inputs.count >= 3 else { return nil }
        let reads = reader.inputs.map { $0 == result }
        let operands: ProjectedAttention.Operands
        switch (reads[0], reads[1], reads[2]) {
        case (true, false, false): operands = .queries
        case (false, true, true): operands = .keysAndValues
        case (true, true, true) where attention.query == attention.key: operands = .all
        default: return nil
        }
        guard !reads.dropFirst(3).contains(true) else { return nil }
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
