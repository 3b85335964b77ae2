package import GRLGraph
import GRLOperators
import GRLTensor

/// Finds layer normalisation spelled as means and roots, as exports of opsets before 17 have it:
///
///     d = x − ReduceMean(x);  d / Sqrt(ReduceMean(d²) + epsilon) · scale + bias
///
/// along the last axis, with scale and bias one number for each channel.
package struct RecognizeLayerNormalization: Pass {
    package let name = "recognise layer normalisation"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for node in Array(graph.nodes) where node.operation is Div {
            guard let (x, epsilon) = normalized(node, in: graph), case let quotient?? = node.outputs.first,
                let (scaled, scale) = applied(Mul.self, to: quotient, in: graph),
                let (result, bias) = applied(Add.self, to: scaled, in: graph), let last = graph.producer(of: result)
            else { continue }
            graph.replace(
                last, with: LayerNormalization(axis: -1, epsilon: epsilon), inputs: [x, scale, bias])
            count += 1
        }
        try EliminateDeadNodes().run(on: &graph, log: &log)
        if count > 0 { log.applied(self, "found \(count)") }
    }

    /// What is normalised in `(x − mean) / √(variance + epsilon)`, and epsilon.
    private func normalized(_ node: Node, in graph: Graph) -> (ValueID, Float)? {
        guard let difference = graph.producer(of: graph.input(node, 0), as: Sub.self)?.node,
            let x = graph.input(difference, 0),
            let mean = graph.producer(of: graph.input(difference, 1), as: ReduceMean.self)?.node,
            graph.input(mean, 0) == x,
            graph.reducesLastAxis(mean), let root = graph.producer(of: graph.input(node, 1), as: Sqrt.self)?.node,
            let sum = graph.producer(of: graph.input(root, 0), as: Add.self)?.node
        else { return nil }
        for (variance, addend) in graph.orders(of: sum) {
            guard let epsilon = graph.scalar(addend),
                let moment = graph.producer(of: variance, as: ReduceMean.self)?.node,
                graph.reducesLastAxis(moment), let base = graph.base(ofSquare: graph.input(moment, 0)),
                isDifference(base, of: x, like: difference, in: graph)
            else { continue }
            return (x, epsilon)
        }
        return nil
    }

    /// Whether `value` is x − mean, by the same node or by one like it.
    private func isDifference(_ value: ValueID, of x: ValueID, like difference: Node, in graph: Graph) -> Bool {
        if difference.outputs.first == value { return true }
        guard let other = graph.producer(of: value, as: Sub.self)?.node else { return false }
        return other.inputs == difference.inputs
    }

    /// The only reader of `value`, an operator with a constant vector as the other input; its result and the vector.
    private func applied<Operation: Operator>(
        _ type: Operation.Type, to value: ValueID, in graph: Graph
    ) -> (ValueID, ValueID)? {
        guard graph[value].users.count == 1, !graph.isOutput(value), let user = graph[value].users.first else {
            return nil
        }
        let node = graph[user]
        guard node.operation is Operation, case let result?? = node.outputs.first else { return nil }
        for (own, other) in graph.orders(of: node) where own == value {
            if let constant = graph[other].constant, constant.shape.rank == 1, constant.elementType == .float32 {
                return (result, other)
            }
        }
        return nil
    }
}
