import GRLGraph
import GRLTensor

/// What is not the same in the nodes of two blocks: the reasons why they give different values.
struct BlockDifferences {
    /// A line for each.
    let lines: [String]
    /// The first node of the first network that is not as that of the other; the last one where all are.
    let node: Node?

    /// - Throws: memory errors.
    init(_ block: DivergentBlock) throws {
        let (own, other) = (block.own, block.other)
        let (ownNames, otherNames) = (own.nodes.map(\.operation.spec.name), other.nodes.map(\.operation.spec.name))
        guard ownNames == otherNames else {
            lines = ["operators here: \(Self.listed(ownNames))", "operators there: \(Self.listed(otherNames))"]
            node = zip(own.nodes, otherNames).first { $0.operation.spec.name != $1 }?.0 ?? own.last
            return
        }
        var lines: [String] = []
        var first: Node?
        for (node, otherNode) in zip(own.nodes, other.nodes) {
            lines += Self.attributes(node, otherNode)
            lines += try Self.constants(node, own.network.graph, otherNode, other.network.graph)
            if first == nil, !lines.isEmpty { first = node }
        }
        node = first ?? own.last
        self.lines = lines.isEmpty ? ["the same operators with equal attributes and constants, read otherwise"] : lines
    }

    private static func listed(_ names: [String]) -> String {
        let shown = names.prefix(12).joined(separator: ", ")
        return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
    }

    private static func attributes(_ node: Node, _ other: Node) -> [String] {
        let (own, others) = (node.operation.attributes, other.operation.attributes)
        return Set(own.keys).union(others.keys).sorted().compactMap { name in
            let (here, there) = (own[name]?.summary ?? "default", others[name]?.summary ?? "default")
            return here == there ? nil : "\(node.operation.spec.name).\(name): \(here) here, \(there) there"
        }
    }

    private static func constants(_ node: Node, _ graph: Graph, _ other: Node, _ otherGraph: Graph) throws -> [String] {
        try zip(node.inputs, other.inputs).enumerated().compactMap { index, operands in
            guard let (a, b) = operands.0.flatMap({ a in operands.1.map { (a, $0) } }),
                let own = graph[a].constant, let others = otherGraph[b].constant,
                let text = try difference(own, others)
            else { return nil }
            return "\(node.operation.spec.name), operand \(index) '\(graph[a].name)' \(own): \(text)"
        }
    }

    /// How two constants differ; nil where they do not.
    private static func difference(_ own: Tensor, _ other: Tensor) throws -> String? {
        guard own.elementType.isFloatingPoint, other.elementType.isFloatingPoint else {
            let isSame = own.type == other.type && own.withBytes { a in other.withBytes { a.elementsEqual($0) } }
            return isSame ? nil : "other numbers"
        }
        let (a, b) = (try own.asFloat32(), try other.asFloat32())
        if a.shape == b.shape, try TensorDifference(a, b).maximum == 0 { return nil }
        if let turned = try a.transposed(), turned.shape == b.shape, try TensorDifference(turned, b).maximum == 0 {
            return "the other one transposed"
        }
        guard a.shape == b.shape else { return "the other one has the shape \(b.shape)" }
        let (roundedA, roundedB) = (try a.roundedToHalf(), try b.roundedToHalf())
        if try TensorDifference(roundedA, b).maximum == 0 { return "the other one is this, rounded to float16" }
        if try TensorDifference(a, roundedB).maximum == 0 { return "the other one, rounded to float16" }
        return try TensorDifference(a, b).summary
    }
}

extension Tensor {
    /// A matrix of `float32` with rows and columns exchanged; nil for other ranks.
    fileprivate func transposed() throws -> Tensor? {
        guard shape.rank == 2 else { return nil }
        let (rows, columns) = (shape[0], shape[1])
        let result = try Tensor(uninitialized: .float32, shape: Shape([columns, rows]))
        try withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for row in 0..<rows {
                    for column in 0..<columns { target[column * rows + row] = source[row * columns + column] }
                }
            }
        }
        return result
    }

    fileprivate func roundedToHalf() throws -> Tensor { try converted { (value: Float) in Float(Float16(value)) } }
}
