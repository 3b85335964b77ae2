package import GRLGraph
import GRLTensor

/// Computes functions of one element on a constant before its elements are rearranged and repeated, not after.
///
///     constant [961, 2] → Gather → Reshape → Transpose → Sigmoid      becomes
///     constant [961, 2] → Sigmoid → Gather → Reshape → Transpose
///
/// so that the function is folded into the constant. An attention's bias is such a table, gathered for every pair of
/// tokens: thousands of times its size. Seen in the exports of both exporters.
///
/// Left alone: functions whose other operands have dimensions, and rearranged values that somebody else reads.
package struct HoistPointwise: Pass {
    package let name = "hoist pointwise operators"

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var computed = Set<ValueID>()
        for id in graph.schedule {
            if let value = hoist(id, in: &graph, computed) { computed.insert(value) }
        }
        if !computed.isEmpty {
            log.applied(self, "moved \(computed.count) nodes in front of what rearranges constants")
        }
    }

    /// Moves a node to the start of the chain that it reads; returns what it computes there, or nil where it stays.
    ///
    /// - Parameter known: what nodes that were moved before compute from constants.
    private func hoist(_ id: NodeID, in graph: inout Graph, _ known: Set<ValueID>) -> ValueID? {
        let node = graph[id]
        guard node.operation is any PointwiseOperator, node.outputs.count == 1, case let output?? = node.outputs.first,
            let operand = rearrangedOperand(of: node, in: graph), let source = node.inputs[operand],
            let first = firstRearrangement(behind: source, in: graph, known),
            case let constant?? = graph[first].inputs.first
        else { return nil }
        var inputs = node.inputs
        inputs[operand] = constant
        let computed = graph.addNode(
            node.operation, name: node.name, inputs: inputs, output: graph[output].name, origins: node.origins,
            before: first)
        graph.redirect(input: 0, of: first, to: computed)
        graph.replaceUses(of: output, with: source)
        graph.erase([id])
        return computed
    }

    /// The position of the only operand that is not a constant of rank 0, which cannot change the result's shape.
    private func rearrangedOperand(of node: Node, in graph: Graph) -> Int? {
        var position: Int?
        for (index, input) in node.inputs.enumerated() {
            guard let input else { continue }
            if let constant = graph[input].constant, constant.shape.rank == 0 { continue }
            guard position == nil else { return nil }
            position = index
        }
        return position
    }

    /// The rearranging node that reads a constant, or what follows from one, at the start of the chain that ends in
    /// `value`; nil where the chain has a reader on the way, or none such start.
    private func firstRearrangement(behind value: ValueID, in graph: Graph, _ known: Set<ValueID>) -> NodeID? {
        var value = value
        while graph[value].users.count == 1, !graph.isOutput(value), let producer = graph.producer(of: value),
            producer.operation is any RearrangingOperator, case let input?? = producer.inputs.first
        {
            if known.contains(input) { return producer.id }
            if graph[input].constant != nil { return producer.id }
            value = input
        }
        return nil
    }
}
