package import GRLGraph
import GRLOperators
import GRLTensor

/// Finds x · ½ · (1 + erf(x / √2)), in whatever order the factors stand, as exports of opsets before 20 have it; and
/// twice that, as simplifiers leave it that move the ½ into the weights of the next layer.
package struct RecognizeGelu: Pass {
    package let name = "recognise GELU"
    /// Products of more nodes are not looked through.
    private static let depthLimit = 3

    package init() {}

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var count = 0
        for node in Array(graph.nodes) where node.operation is Erf {
            guard let x = argument(of: node, in: graph), case let value?? = node.outputs.first,
                let sum = onePlus(value, in: graph), let (result, factor) = product(of: sum, with: x, in: graph)
            else { continue }
            if factor == 1 {
                graph.replace(result, with: Gelu(.none), inputs: [x])
            } else {
                let gelu = graph.addNode(Gelu(.none), name: node.name, inputs: [x], output: "", before: result.id)
                let constant = graph.addConstant("", try Tensor(scalar: factor))
                graph.replace(result, with: Mul(), inputs: [gelu, constant])
            }
            count += 1
        }
        try EliminateDeadNodes().run(on: &graph, log: &log)
        if count > 0 { log.applied(self, "found \(count)") }
    }

    /// x in erf(x / √2).
    private func argument(of node: Node, in graph: Graph) -> ValueID? {
        let root = Float(2).squareRoot()
        if let quotient = graph.producer(of: graph.input(node, 0), as: Div.self)?.node,
            isClose(graph.scalar(graph.input(quotient, 1)), root)
        {
            return graph.input(quotient, 0)
        }
        guard let product = graph.producer(of: graph.input(node, 0), as: Mul.self)?.node else { return nil }
        return graph.orders(of: product).first { isClose(graph.scalar($0.1), 1 / root) }?.0
    }

    private func onePlus(_ value: ValueID, in graph: Graph) -> ValueID? {
        guard graph[value].users.count == 1, let user = graph[value].users.first, graph[user].operation is Add,
            graph.orders(of: graph[user]).contains(where: { $0.0 == value && graph.scalar($0.1) == 1 })
        else { return nil }
        return graph[user].outputs.first ?? nil
    }

    /// The node that gives the product of `sum`, `x` and ½, and 1; or the one without the ½, and 2.
    private func product(of sum: ValueID, with x: ValueID, in graph: Graph) -> (node: Node, factor: Float)? {
        var value = sum
        var doubled: Node?
        for _ in 0..<Self.depthLimit {
            guard graph[value].users.count == 1, let user = graph[value].users.first, graph[user].operation is Mul,
                case let result?? = graph[user].outputs.first
            else { break }
            value = result
            let (factors, constant) = factors(of: value, leaf: sum, in: graph, depth: Self.depthLimit)
            guard factors == [sum, x].sorted() else { continue }
            if constant == 0.5 { return (graph[user], 1) }
            if constant == 1 { doubled = graph[user] }
        }
        return doubled.map { ($0, 2) }
    }

    /// The factors of a product, constants multiplied together, the others in order.
    private func factors(
        of value: ValueID, leaf: ValueID, in graph: Graph, depth: Int
    ) -> (values: [ValueID], constant: Float) {
        if let constant = graph.scalar(value) { return ([], constant) }
        guard depth > 0, value != leaf, let node = graph.producer(of: value, as: Mul.self)?.node else {
            return ([value], 1)
        }
        let parts = node.inputs.compactMap { $0 }.map { factors(of: $0, leaf: leaf, in: graph, depth: depth - 1) }
        return (parts.flatMap(\.values).sorted(), parts.reduce(1) { $0 * $1.constant })
    }

    private func isClose(_ number: Float?, _ expected: Float) -> Bool {
        number.map { abs($0 - expected) < 1e-6 } ?? false
    }
}
