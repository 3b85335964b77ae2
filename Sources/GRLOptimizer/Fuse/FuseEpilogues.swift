package import GRLGraph
import GRLOperators
import GRLTensor

/// Lets layers do what follows them at each pixel.
///
///     ImageConvolution → Add, Sub, Mul or Div with a constant of each channel
///                      → activation → LayerNormalization of the channels → Mul, Add with constants
///                      → PixelShuffle
///
/// Left alone: sums that somebody else reads as well.
package struct FuseEpilogues: Pass {
    package let name = "fuse what follows layers"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for id in graph.schedule {
            guard graph.contains(id), var layer = graph[id].operation as? ImageConvolution else { continue }
            var node = graph[id]
            while case let output?? = node.outputs.first, node.inputs.count == layer.sources,
                let reader = graph.soleReader(of: output), let fused = try absorb(reader, output, into: layer, graph)
            {
                let result = graph.replace(reader, with: fused, inputs: node.inputs, erasing: [node.id])
                guard let producer = graph.producer(of: result) else { break }
                (node, layer) = (producer, fused)
                count += 1
            }
            if case let output?? = node.outputs.first,
                let (reader, reason) = obstacle(behind: output, of: layer, graph)
            {
                log.declined(self, reason, node: reader.name)
            }
        }
        if count > 0 { log.applied(self, "fused \(counted(count, "node"))") }
    }

    /// A node that a layer could do the work of by its operator, and why it does not; nil where there is none.
    private func obstacle(
        behind output: ValueID, of operation: ImageConvolution, _ graph: Graph
    ) -> (reader: Node, reason: String)? {
        let readers = graph[output].users.map { graph[$0] }
        guard
            let reader = readers.first(where: { Activation($0.operation) != nil || $0.operation is LayerNormalization })
        else { return nil }
        if graph.soleReader(of: output) == nil { return (reader, "what the layer before computes has other readers") }
        if operation.normalization != nil { return (reader, "the layer before normalises already") }
        if operation.shuffle > 1 { return (reader, "the layer before shuffles pixels") }
        return reader.operation is LayerNormalization
            ? (reader, "it is not over the channels, or its constants are not a number for each")
            : (reader, "the layer before has an activation already")
    }

    /// The layer that does what `reader` does to its result, or nil where there is none.
    private func absorb(
        _ reader: Node, _ output: ValueID, into operation: ImageConvolution, _ graph: Graph
    ) throws -> ImageConvolution? {
        let layer = operation.layer
        if let step = affine(reader, output, operation, graph) {
            return try step.following(operation)
        }
        if let activation = Activation(reader.operation) {
            guard layer.activation == .none, operation.normalization == nil else { return nil }
            return try operation.with(layer: layer.activated(activation))
        }
        if let norm = reader.operation as? LayerNormalization {
            return try normalization(norm, reader, operation, graph).flatMap {
                try operation.with(normalization: $0)
            }
        }
        if let shuffle = reader.operation as? PixelShuffle, shuffle.mode == .columnRowDepth {
            guard operation.shuffle == 1, operation.normalization == nil else { return nil }
            return try operation.with(shuffle: shuffle.factor)
        }
        return nil
    }

    private func normalization(
        _ norm: LayerNormalization, _ reader: Node, _ operation: ImageConvolution, _ graph: Graph
    ) -> RowNormalization? {
        let channels = operation.layer.weights.outputChannels
        guard norm.axis == -1 || !operation.window.isPointwise && norm.axis == 3, norm.stashType == .float32,
            reader.outputs.count == 1, operation.normalization == nil, operation.shuffle == 1,
            let scale = graph.vector(reader.inputs[1], count: channels),
            let scaleTensor = try? Tensor(vector: scale)
        else { return nil }
        var bias: Tensor?
        if reader.inputs.count > 2, let value = reader.inputs[2] {
            bias = graph.vector(value, count: channels).flatMap { try? Tensor(vector: $0) }
            guard bias != nil else { return nil }
        }
        return RowNormalization(scale: scaleTensor, bias: bias, epsilon: norm.epsilon)
    }

    /// What `reader` does, where that is arithmetic with a constant of each channel.
    private func affine(
        _ reader: Node, _ output: ValueID, _ operation: ImageConvolution, _ graph: Graph
    ) -> ChannelAffine? {
        let channels = operation.layer.weights.outputChannels
        guard operation.shuffle == 1, operation.normalization != nil || operation.layer.activation == .none,
            reader.inputs.count == 2
        else { return nil }
        let isFirst = reader.inputs[0] == output
        let rank = operation.window.isPointwise ? 1 : 4
        guard let constants = graph.vector(reader.inputs[isFirst ? 1 : 0], count: channels, rank: rank) else {
            return nil
        }
        switch reader.operation {
        case is Add: return .shift(constants)
        case is Sub where isFirst: return .shift(constants.map { -$0 })
        case is Mul: return .scale(constants)
        case is Div where isFirst: return .scale(constants.map { 1 / $0 })
        default: return nil
        }
    }
}
