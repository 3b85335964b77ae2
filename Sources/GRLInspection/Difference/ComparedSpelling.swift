import GRLGraph
import GRLOperators
import GRLTensor

/// What exporters and simplifiers spell in different ways without changing what a network computes.
struct ComparedSpelling {
    private let graph: Graph
    /// Factors that were skipped before the layer that reads the value.
    private var factors: [ValueID: Float] = [:]
    /// Additions that were taken into the biases of convolutions.
    private var absorbed: Set<NodeID> = []

    init(_ graph: Graph) {
        self.graph = graph
    }

    /// Whether a node is left out of the comparison: it says in which order an image's axes lie in memory, or adds 0 or
    /// multiplies by 1, or multiplies by a number that the next layer's weights take over.
    mutating func skips(_ node: Node) -> Bool {
        if absorbed.contains(node.id) { return true }
        switch node.operation {
        case is Transpose where isNeutral(node):
            if let input = node.inputs.first ?? nil, let factor = factors[input] { note(factor, of: node) }
            return true
        case is Mul: return skips(node, factor: number(node, 1) ?? number(node, 0))
        case is Div: return skips(node, factor: number(node, 1).map { 1 / $0 })
        default: return isNeutral(node)
        }
    }

    /// Whether a node changes no number.
    private func isNeutral(_ node: Node) -> Bool {
        switch node.operation {
        case is Identity: true
        case let transpose as Transpose: [[0, 2, 3, 1], [0, 3, 1, 2]].contains(transpose.permutation)
        case is Add: number(node, 1) == 0 || number(node, 0) == 0
        case is Sub: number(node, 1) == 0
        case is Mul: number(node, 1) == 1 || number(node, 0) == 1
        case is Div: number(node, 1) == 1
        default: false
        }
    }

    /// What is added to each channel of a convolution's result and nothing else, [C], to be compared as a part of its
    /// bias; the addition is then skipped.
    mutating func absorbAddend(of node: Node) -> Tensor? {
        guard node.operation is Conv, node.inputs.count > 1, let weight = node.inputs[1],
            let channels = graph[weight].constant?.shape.dimensions.first
        else { return nil }
        var node = node
        while let (reader, value) = soleReader(of: node) {
            node = reader
            if node.operation is Add, let other = node.inputs.compactMap({ $0 }).first(where: { $0 != value }),
                let addend = graph[other].constant, addend.elementType == .float32,
                Array(addend.shape.dimensions.suffix(3)) == [channels, 1, 1], addend.count == channels
            {
                absorbed.insert(node.id)
                return addend
            }
            guard isNeutral(node), !(node.operation is Transpose) else { return nil }
        }
        return nil
    }

    /// The only node that reads a node's result, and the result.
    private func soleReader(of node: Node) -> (node: Node, value: ValueID)? {
        guard let output = node.outputs.first ?? nil, graph[output].users.count == 1, !graph.isOutput(output),
            let reader = graph[output].users.first
        else { return nil }
        return (graph[reader], output)
    }

    /// What a layer's weights are to be multiplied by.
    func factor(on node: Node) -> Float {
        guard Self.isLinear(node, in: graph), let input = node.inputs.first ?? nil else { return 1 }
        return factors[input] ?? 1
    }

    private mutating func skips(_ node: Node, factor: Float?) -> Bool {
        guard let factor, factor.isFinite else { return false }
        guard factor != 1 else { return true }
        guard isReadByLayer(node) else { return false }
        note(factor, of: node)
        return true
    }

    private mutating func note(_ factor: Float, of node: Node) {
        if let output = node.outputs.first ?? nil { factors[output] = factor }
    }

    /// Whether all that becomes of a node's result is the operand of one layer.
    private func isReadByLayer(_ node: Node) -> Bool {
        var node = node
        while let (reader, value) = soleReader(of: node) {
            node = reader
            if Self.isLinear(node, in: graph) { return node.inputs.first == value }
            guard node.operation is Transpose else { return false }
        }
        return false
    }

    /// Whether a node is a convolution or a product with constant weights, which are its second input.
    private static func isLinear(_ node: Node, in graph: Graph) -> Bool {
        guard node.operation is Conv || node.operation is MatMul, node.inputs.count > 1, let weight = node.inputs[1]
        else { return false }
        return graph[weight].constant?.elementType == .float32
    }

    /// A constant input of one element.
    private func number(_ node: Node, _ index: Int) -> Float? {
        guard node.inputs.indices.contains(index), let input = node.inputs[index],
            let tensor = graph[input].constant, tensor.count == 1
        else { return nil }
        return try? tensor.elements(of: Float.self).first
    }
}
