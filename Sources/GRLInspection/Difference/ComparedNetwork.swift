import GRLGraph
import GRLOperators

/// The operators of a network in an order that follows from what they compute from each other, not from the order and
/// the names in its file.
struct ComparedNetwork {
    /// What an order of commutative operands looks at, so that small changes of a network reorder nothing else.
    private struct Rank: Comparable {
        /// Operators on the longest way to the operand.
        let depth: Int
        let signature: String
        let structure: Int

        static func < (a: Rank, b: Rank) -> Bool {
            (a.depth, a.signature, a.structure) < (b.depth, b.signature, b.structure)
        }
    }

    private(set) var operators: [ComparedOperator] = []
    /// The numbers of the outputs' structures.
    private(set) var outputs: [Int] = []

    init(_ graph: Graph, _ table: inout StructureTable) {
        var ranks: [ValueID: Rank] = [:]
        var compared: [NodeID: ComparedOperator] = [:]
        for (index, input) in graph.inputs.enumerated() {
            ranks[input] = Rank(depth: 0, signature: "", structure: table.number("input \(index)", []))
        }
        var spelling = ComparedSpelling(graph)
        for node in graph.nodes {
            let known = Self.operands(of: node, in: graph).compactMap { ranks[$0] }
            if spelling.skips(node) {
                for case let output? in node.outputs { ranks[output] = known.first }
                continue
            }
            let comparison = ComparedOperator(
                node, in: graph, factor: spelling.factor(on: node), addend: spelling.absorbAddend(of: node))
            compared[node.id] = comparison
            let ordered = ComparedOperator.isCommutative(node) ? known.sorted() : known
            for (index, output) in node.outputs.enumerated() {
                guard let output else { continue }
                let signature = node.outputs.count == 1 ? comparison.signature : "\(comparison.signature) → \(index)"
                ranks[output] = Rank(
                    depth: (known.map(\.depth).max() ?? 0) + 1, signature: comparison.signature,
                    structure: table.number(signature, ordered.map(\.structure)))
            }
        }
        outputs = graph.outputs.compactMap { ranks[$0]?.structure }
        operators = Self.order(graph, ranks).compactMap { compared[$0] }
    }

    /// The nodes that the outputs depend on, each after those it reads from, operand by operand.
    private static func order(_ graph: Graph, _ ranks: [ValueID: Rank]) -> [NodeID] {
        var (order, seen): ([NodeID], Set<NodeID>) = ([], [])
        var stack: [(node: Node, operands: [ValueID])] = []
        func open(_ value: ValueID) {
            guard let node = graph.producer(of: value), seen.insert(node.id).inserted else { return }
            var operands = operands(of: node, in: graph)
            if ComparedOperator.isCommutative(node) {
                operands.sort { a, b in ranks[a].flatMap { a in ranks[b].map { a < $0 } } ?? false }
            }
            stack.append((node, operands.reversed()))
        }
        for output in graph.outputs {
            open(output)
            while let last = stack.indices.last {
                if let operand = stack[last].operands.popLast() {
                    open(operand)
                } else {
                    order.append(stack.removeLast().node.id)
                }
            }
        }
        return order
    }

    /// The inputs of a node that are no constants.
    private static func operands(of node: Node, in graph: Graph) -> [ValueID] {
        node.inputs.compactMap { $0 }.filter { graph[$0].constant == nil }
    }
}
