package import GRLGraph
import GRLOperators

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
        var types: SampleTypes??
        for id in graph.schedule {
            guard graph.contains(id), let operation = graph[id].operation as? ImageConvolution else { continue }
            let node = graph[id]
            var sources: [ValueID?] = []
            var absorbed: [NodeID] = []
            for case let source? in node.inputs.prefix(operation.sources) {
                guard graph.soleReader(of: source) != nil,
                    let (concat, parts) = graph.producer(of: source, as: Concat.self).map({ ($0.operation, $0.node) })
                else {
                    sources.append(source)
                    continue
                }
                let all = types ?? SampleTypes(graph)
                types = all
                guard let rank = all?[source]?.shape.rank, concat.axis == -1 || concat.axis == rank - 1 else {
                    sources.append(source)
                    continue
                }
                sources += parts.inputs
                absorbed.append(parts.id)
            }
            guard !absorbed.isEmpty else { continue }
            let fused = try ImageConvolution(
                layer: operation.layer, window: operation.window, normalization: operation.normalization,
                sources: sources.count, shuffle: operation.shuffle)
            let inputs = sources + node.inputs.dropFirst(operation.sources)
            graph.replace(node, with: fused, inputs: inputs, erasing: absorbed)
            count += absorbed.count
        }
        if count > 0 { log.applied(self, "absorbed \(count) concatenations") }
    }
}
