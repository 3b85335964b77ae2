package import GRLGraph
import GRLOperators
import GRLTensor

/// Lets layers read the parts of a concatenation of channels where they lie.
///
///     Concat(a, b; last axis) → ImageConvolution      becomes ImageConvolution(a, b)
///
/// Left alone: concatenations that somebody else reads as well.
package struct AbsorbConcatenations: Pass {
    package let name = "absorb concatenations"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        lazy var types = SampleTypes(graph)
        for id in graph.schedule {
            guard graph.contains(id), let operation = graph[id].operation as? ImageConvolution else { continue }
            let node = graph[id]
            var sources: [ValueID?] = []
            var absorbed: [NodeID] = []
            for case let source? in node.inputs.prefix(operation.sources) {
                guard let (concat, operation) = graph.producer(of: source, as: Concat.self),
                    operation.axis == -1 || operation.axis + 1 == types?[source]?.shape.rank
                else {
                    sources.append(source)
                    continue
                }
                guard graph.soleReader(of: source) != nil else {
                    log.declined(self, "it has other readers than the layer", node: concat.name)
                    sources.append(source)
                    continue
                }
                sources += concat.inputs
                absorbed.append(concat.id)
            }
            guard !absorbed.isEmpty else { continue }
            let fused = try ImageConvolution(
                layer: operation.layer, window: operation.window, normalization: operation.normalization,
                sources: sources.count, shuffle: operation.shuffle)
            let inputs = sources + node.inputs.dropFirst(operation.sources)
            graph.replace(node, with: fused, inputs: inputs, erasing: absorbed)
            count += absorbed.count
        }
        if count > 0 { log.applied(self, "absorbed \(counted(count, "concatenation"))") }
    }
}
