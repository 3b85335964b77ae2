package import GRLGraph
import GRLOperators
import GRLTensor

/// Makes one node of channel attention:
///
///     x → mean over the image → ImageConvolution 1 × 1 → ImageConvolution 1 × 1 → Mul(x)
///
/// with any activations. Channels come last.
///
/// Left alone: means and layers that somebody else reads as well.
package struct FuseChannelAttention: Pass {
    package let name = "fuse channel attention"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for id in graph.schedule {
            guard graph.contains(id), graph[id].operation is Mul, graph[id].inputs.count == 2 else { continue }
            var isFused = false
            for (image, weights) in [(0, 1), (1, 0)] {
                guard let x = graph[id].inputs[image], let s = graph[id].inputs[weights],
                    let (second, one) = layer(computing: s, in: graph),
                    let (first, two) = layer(computing: one, in: graph),
                    let mean = graph.producer(of: two, as: ReduceMean.self), graph.soleReader(of: two) != nil,
                    mean.node.inputs.first == x, isOverImage(mean.operation, mean.node, graph),
                    let fused = try? ChannelAttention(first: first.operation.layer, second: second.operation.layer)
                else { continue }
                graph.replace(
                    graph[id], with: fused, inputs: [x], erasing: [second.node.id, first.node.id, mean.node.id])
                (count, isFused) = (count + 1, true)
                break
            }
            if !isFused, let reason = obstacle(graph[id], graph) { log.declined(self, reason, node: graph[id].name) }
        }
        if count > 0 { log.applied(self, "fused \(counted(count, "channel attention"))") }
    }

    /// Why a product with what layers make of a mean over an image stays one; nil for other products.
    private func obstacle(_ node: Node, _ graph: Graph) -> String? {
        for (image, weights) in [(0, 1), (1, 0)] {
            guard var value = node.inputs[weights] else { continue }
            var layers = 0
            while let (layer, operation) = graph.producer(of: value, as: ImageConvolution.self),
                operation.window.isPointwise, let input = layer.inputs.first ?? nil
            {
                (value, layers) = (input, layers + 1)
            }
            guard layers > 0, let mean = graph.producer(of: value, as: ReduceMean.self),
                isOverImage(mean.operation, mean.node, graph)
            else { continue }
            if mean.node.inputs.first != node.inputs[image] { return "the mean is that of another image" }
            return layers == 2
                ? "the mean or a layer has other readers, or a layer normalises"
                : "\(counted(layers, "layer")) from the mean to the product, not 2"
        }
        return nil
    }

    private typealias Layer = (node: Node, operation: ImageConvolution)

    /// The linear layer that computes `value`, which nobody else reads, and its input.
    private func layer(computing value: ValueID, in graph: Graph) -> (layer: Layer, input: ValueID)? {
        guard graph.soleReader(of: value) != nil, let layer = graph.producer(of: value, as: ImageConvolution.self),
            layer.operation.window.isPointwise, layer.operation.normalization == nil, layer.operation.shuffle == 1,
            layer.node.inputs.count == 1, let input = layer.node.inputs[0]
        else { return nil }
        return (layer, input)
    }

    /// Whether a mean is taken of rows and columns [B, H, W, C] and keeps them as dimensions.
    private func isOverImage(_ mean: ReduceMean, _ node: Node, _ graph: Graph) -> Bool {
        guard mean.options.keepsDimensions, node.inputs.count > 1, let axes = graph.integers(node.inputs[1]) else {
            return false
        }
        return axes.map { $0 < 0 ? $0 + 4 : $0 }.sorted() == [1, 2]
    }
}
