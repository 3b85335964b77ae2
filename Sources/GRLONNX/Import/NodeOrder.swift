import COnnxProto

/// Puts nodes after those whose outputs they read. ONNX asks files to be in such an order; not all are.
enum NodeOrder {
    /// The nodes in dependency order; the file's own order where that is one.
    ///
    /// - Parameter isTaken: whether a name stands for an input or a constant.
    /// - Throws: `GRAPH_CYCLE` when nodes depend on one another in a circle, `DUPLICATE_NAME` when two of them write
    ///   one value or one writes a value that is there already.
    static func sorted(
        _ nodes: [UnsafePointer<Onnx__NodeProto>], isTaken: (String) -> Bool
    ) throws -> [UnsafePointer<Onnx__NodeProto>] {
        var producers: [String: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for output in texts(node.pointee.output, node.pointee.n_output) where !output.isEmpty {
                guard producers.updateValue(index, forKey: output) == nil, !isTaken(output) else {
                    throw ImportError(.duplicateName, "two values have one name", node: node.label, value: output)
                }
            }
        }
        let dependencies = nodes.map { node in Set(Self.reads(node).compactMap { producers[$0] }) }
        if dependencies.enumerated().allSatisfy({ index, needed in needed.allSatisfy { $0 < index } }) { return nodes }

        var readers = [[Int]](repeating: [], count: nodes.count)
        var missing = dependencies.map(\.count)
        for (index, needed) in dependencies.enumerated() {
            for producer in needed { readers[producer].append(index) }
        }
        var ready = missing.indices.filter { missing[$0] == 0 }
        var position = 0
        while position < ready.count {
            for reader in readers[ready[position]] {
                missing[reader] -= 1
                if missing[reader] == 0 { ready.append(reader) }
            }
            position += 1
        }
        if let stuck = missing.indices.first(where: { missing[$0] > 0 }) {
            throw ImportError(.graphCycle, "nodes depend on one another in a circle", node: nodes[stuck].label)
        }
        return ready.map { nodes[$0] }
    }

    /// The names that a subgraph gives a meaning of its own, and those of the subgraphs around it.
    private final class Definitions {
        private let names: Set<String>
        private let outer: Definitions?

        init(_ graph: UnsafePointer<Onnx__GraphProto>, outer: Definitions?) {
            let graph = graph.pointee
            let inputs = messages(graph.input, graph.n_input).map { text($0.pointee.name) }
            let constants = messages(graph.initializer, graph.n_initializer).map { text($0.pointee.name) }
            let outputs = messages(graph.node, graph.n_node).flatMap { texts($0.pointee.output, $0.pointee.n_output) }
            names = Set(inputs + constants + outputs)
            self.outer = outer
        }

        func contains(_ name: String) -> Bool {
            var next: Definitions? = self
            while let definitions = next {
                if definitions.names.contains(name) { return true }
                next = definitions.outer
            }
            return false
        }
    }

    /// The names of the graph around that a node may read: its inputs, and what its subgraphs read and do not define.
    private static func reads(_ node: UnsafePointer<Onnx__NodeProto>) -> [String] {
        var result = texts(node.pointee.input, node.pointee.n_input)
        var pending = node.subgraphs.map { (graph: $0, outer: Definitions?.none) }
        while let (graph, outer) = pending.popLast() {
            let definitions = Definitions(graph, outer: outer)
            var read = messages(graph.pointee.output, graph.pointee.n_output).map { text($0.pointee.name) }
            for inner in messages(graph.pointee.node, graph.pointee.n_node) {
                read += texts(inner.pointee.input, inner.pointee.n_input)
                pending += inner.subgraphs.map { ($0, definitions) }
            }
            result += read.filter { !definitions.contains($0) }
        }
        return result
    }
}

extension UnsafePointer<Onnx__NodeProto> {
    /// The node's name and operator, fit to be shown.
    var label: String {
        let type = Printable.name(text(pointee.op_type))
        let name = Printable.name(text(pointee.name))
        return name.isEmpty ? "(unnamed) (\(type))" : "'\(name)' (\(type))"
    }
}
