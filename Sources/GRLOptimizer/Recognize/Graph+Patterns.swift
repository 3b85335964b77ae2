import GRLGraph
import GRLOperators
import GRLTensor

// What passes that recognise patterns ask of a graph.

extension Graph {
    /// Input `index` of a node, where it is there.
    func input(_ node: Node, _ index: Int) -> ValueID? {
        node.inputs.indices.contains(index) ? node.inputs[index] : nil
    }

    /// A constant of one floating-point element.
    func scalar(_ value: ValueID?) -> Float? {
        guard let value, let tensor = self[value].constant, tensor.count == 1, tensor.elementType == .float32 else {
            return nil
        }
        return try? tensor.elements(of: Float.self).first
    }

    /// The inputs of a commutative node with two inputs, both ways around.
    func orders(of node: Node) -> [(ValueID, ValueID)] {
        guard node.inputs.count == 2, let a = node.inputs[0], let b = node.inputs[1] else { return [] }
        return [(a, b), (b, a)]
    }

    /// Whether a reduction keeps its axes and works along the last one.
    func reducesLastAxis(_ node: Node) -> Bool {
        guard case .int(1)? = node.operation.attributes["keepdims"],
            let axes = input(node, 1).flatMap({ self[$0].constant }), let numbers = try? axes.integers(),
            numbers.count == 1, let data = input(node, 0)
        else { return false }
        return numbers[0] == -1 || numbers[0] == (self[data].declaration.dimensions?.count ?? 0) - 1
    }

    /// The base of a square: `x` in x², written as a power or as a product.
    func base(ofSquare value: ValueID?) -> ValueID? {
        if let power = producer(of: value, as: Pow.self)?.node, scalar(input(power, 1)) == 2 { return input(power, 0) }
        if let product = producer(of: value, as: Mul.self)?.node, let a = input(product, 0), a == input(product, 1) {
            return a
        }
        return nil
    }
}
