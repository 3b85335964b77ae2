import GRLGraph
import GRLOperators

/// Follows values of a graph back to what they are made of, past spellings that compute nothing.
struct DataFlow {
    /// What a linear layer or a convolution makes of its image.
    struct LinearMap {
        let inputChannels: Int
        let outputChannels: Int
        /// Rows and columns of the kernel; nil for a product with a matrix.
        let kernel: [Int]?
        let groups: Int
    }

    let graph: Graph
    /// Whether each value depends on the elements of the graph's inputs, by the value's index; its shape does not
    /// count.
    private let depends: [Bool]

    init(_ graph: Graph) {
        self.graph = graph
        var depends = [Bool](repeating: false, count: graph.valueLimit)
        for input in graph.inputs { depends[input.index] = true }
        for node in graph.nodes where !(node.operation is ShapeOf || node.operation is SizeOf) {
            guard node.inputs.contains(where: { $0.map { depends[$0.index] } ?? false }) else { continue }
            for case let output? in node.outputs { depends[output.index] = true }
        }
        self.depends = depends
    }

    /// Whether what a node computes depends on the elements of the graph's inputs.
    func dependsOnImage(_ node: Node) -> Bool {
        node.outputs.contains { $0.map { depends[$0.index] } ?? false }
    }

    /// The inputs of a node that depend on the image's elements.
    func operands(of node: Node) -> [ValueID] {
        node.inputs.compactMap { $0 }.filter { depends[$0.index] }
    }

    /// The value that `value` is under another shape, layout or type; that before normalisations of single pixels, too.
    func source(of value: ValueID) -> ValueID {
        var value = value
        while let node = graph.producer(of: value), Self.isSpelling(node.operation) || Self.isNormalization(node),
            let input = operands(of: node).first
        {
            value = input
        }
        return value
    }

    /// What a node does that multiplies an image with constant weights; nil for any other node.
    func linearMap(_ node: Node) -> LinearMap? {
        guard node.inputs.count >= 2, let image = node.inputs[0], depends[image.index], let weights = node.inputs[1],
            let shape = graph[weights].constant?.shape.dimensions
        else { return nil }
        switch node.operation {
        case is MatMul where shape.count >= 2:
            return LinearMap(
                inputChannels: shape[shape.count - 2], outputChannels: shape[shape.count - 1], kernel: nil, groups: 1)
        case let gemm as Gemm where shape.count == 2:
            let (rows, columns) = gemm.transposesB ? (shape[1], shape[0]) : (shape[0], shape[1])
            return LinearMap(inputChannels: rows, outputChannels: columns, kernel: nil, groups: 1)
        case let convolution as Conv where shape.count == 4:
            let (channels, overflow) = shape[1].multipliedReportingOverflow(by: convolution.group)
            guard !overflow else { return nil }
            return LinearMap(
                inputChannels: channels, outputChannels: shape[0], kernel: Array(shape[2...]),
                groups: convolution.group)
        default: return nil
        }
    }

    /// The nearest nodes before `value` that multiply the image with constant weights, each once.
    func linearMaps(before value: ValueID) -> [Node] {
        var (open, seen, found): ([ValueID], Set<ValueID>, [Node]) = ([value], [value], [])
        while let next = open.popLast() {
            guard let node = graph.producer(of: next) else { continue }
            if linearMap(node) != nil {
                if !found.contains(where: { $0.id == node.id }) { found.append(node) }
                continue
            }
            for operand in operands(of: node) where seen.insert(operand).inserted { open.append(operand) }
        }
        return found
    }

    /// The linear maps from a sum of two images to `value`, the last first, where there is nothing else on the way but
    /// activations and additions of constants.
    func convolutions(before value: ValueID) -> [LinearMap]? {
        var (value, maps): (ValueID, [LinearMap]) = (value, [])
        while let node = graph.producer(of: value) {
            let operands = operands(of: node)
            if node.operation is Add, operands.count == 2 { return maps.isEmpty ? nil : maps }
            if let map = linearMap(node) {
                maps.append(map)
            } else if !(Self.isSpelling(node.operation) || node.operation is Add || node.operation is Mul
                || node.operation is LeakyRelu)
            {
                return nil
            }
            guard operands.count == 1 else { return nil }
            value = operands[0]
        }
        return nil
    }

    /// The nodes from that which computes `value` back to `end`, along first operands; nil where `end` is not met.
    func path(from value: ValueID, to end: ValueID) -> [Node]? {
        var (value, nodes): (ValueID, [Node]) = (value, [])
        while source(of: value) != end {
            guard let node = graph.producer(of: value), let next = operands(of: node).first else { return nil }
            nodes.append(node)
            value = next
        }
        return nodes
    }

    private static func isSpelling(_ operation: any Operator) -> Bool {
        operation is Transpose || operation is Identity || operation is Cast || operation is any ViewOperator
    }

    private static func isNormalization(_ node: Node) -> Bool { node.operation is LayerNormalization }
}
