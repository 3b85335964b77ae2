package import GRLGraph
import GRLOperators

/// Finds rows that are divided by their norm, and puts ``L2Normalization`` in the place of
///
///     x / Expand(Clip(ReduceL2(x), epsilon))
///
/// with the norm spelled as `ReduceL2` or as a root of a sum of squares, its lower bound as `Clip` or `Max`, and with
/// or without `Expand`.
package struct RecognizeL2Normalization: Pass {
    package let name = "recognise L2 normalisation"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for node in Array(graph.nodes) where node.operation is Div {
            guard let x = graph.input(node, 0),
                let (norm, epsilon) = bounded(graph.input(node, 1), in: graph), self.norm(norm, in: graph) == x
            else { continue }
            graph.replace(node, with: L2Normalization(epsilon: epsilon), inputs: [x])
            count += 1
        }
        try EliminateDeadNodes().run(on: &graph, log: &log)
        if count > 0 { log.applied(self, "found \(count)") }
    }

    /// The value under a lower bound, and the bound.
    private func bounded(_ value: ValueID?, in graph: Graph) -> (ValueID, Float)? {
        var value = value
        while let expand = graph.producer(of: value, as: Expand.self)?.node { value = graph.input(expand, 0) }
        if let clip = graph.producer(of: value, as: Clip.self)?.node, let norm = graph.input(clip, 0),
            let epsilon = graph.scalar(graph.input(clip, 1)), graph.input(clip, 2) == nil
        {
            return (norm, epsilon)
        }
        guard let bound = graph.producer(of: value, as: Max.self)?.node else { return nil }
        for (norm, other) in graph.orders(of: bound) {
            if let epsilon = graph.scalar(other) { return (norm, epsilon) }
        }
        return nil
    }

    /// The rows whose norm `value` is.
    private func norm(_ value: ValueID, in graph: Graph) -> ValueID? {
        if let norm = graph.producer(of: value, as: ReduceL2.self)?.node, graph.reducesLastAxis(norm) {
            return graph.input(norm, 0)
        }
        guard let root = graph.producer(of: value, as: Sqrt.self)?.node else { return nil }
        if let sum = graph.producer(of: graph.input(root, 0), as: ReduceSumSquare.self)?.node,
            graph.reducesLastAxis(sum)
        {
            return graph.input(sum, 0)
        }
        guard let sum = graph.producer(of: graph.input(root, 0), as: ReduceSum.self)?.node, graph.reducesLastAxis(sum)
        else {
            return nil
        }
        return graph.base(ofSquare: graph.input(sum, 0))
    }
}
