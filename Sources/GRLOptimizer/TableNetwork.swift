import GRLGraph
import GRLOperators
import GRLTensor

/// Two linear layers that are applied to a constant: a network that makes a table, such as one of position biases from
/// coordinates.
///
///     constant [..., K] → MatMul(constant) [→ Add(constant)] → activation → MatMul(constant)
///
/// What is between the layers is hundreds of times as large as the table, so it is computed in one go that keeps only
/// some rows of it. Layers may be `Gemm` as well.
struct TableNetwork {
    /// The rows that the network is applied to.
    let input: Tensor
    /// The nodes, the first one first; nobody else reads what is between them.
    let nodes: [NodeID]
    private let operation: ImageMLP

    /// Networks of more work are computed node by node, or when the graph runs.
    private static let multiplyAddLimit = 1 << 33

    /// The network whose last node is `node`; nil where it is none.
    ///
    /// - Throws: memory errors.
    init?(endingAt node: Node, in graph: Graph) throws {
        guard let middle = graph.input(node, 0), graph.soleReader(of: middle) != nil,
            let activationNode = graph.producer(of: middle), let activation = Activation(activationNode.operation),
            let sum = graph.input(activationNode, 0), graph.soleReader(of: sum) != nil,
            let second = try graph.linearWeights(of: node),
            let (nodes, first) = try Self.firstLayer(computing: sum, in: graph),
            let start = nodes.first, let input = graph.input(graph[start], 0).flatMap({ graph[$0].constant }),
            input.elementType == .float32, input.shape.dimensions.last == first.inputChannels,
            first.outputChannels == second.inputChannels
        else { return nil }
        self.input = input
        self.nodes = nodes + [activationNode.id, node.id]
        operation = try ImageMLP(
            first: LinearLayer(weights: first, activation: activation), second: LinearLayer(weights: second))
        let context = InferenceContext(types: [input.type], constants: [nil], outputCount: 1)
        guard try operation.multiplyAdds(context) <= Self.multiplyAddLimit else { return nil }
    }

    /// Whether a node is the first of such a network, by its readers.
    static func begins(at node: Node, in graph: Graph) -> Bool {
        func reader(of node: Node) -> Node? { node.outputs.first.flatMap { $0 }.flatMap { graph.soleReader(of: $0) } }
        guard node.operation is MatMul || node.operation is Gemm, var next = reader(of: node) else { return false }
        if next.operation is Add, let following = reader(of: next) { next = following }
        guard Activation(next.operation) != nil, let last = reader(of: next), let result = next.outputs.first else {
            return false
        }
        return (last.operation is MatMul || last.operation is Gemm) && last.inputs.first == result
    }

    /// The table; the same to the bit on every executor.
    ///
    /// - Throws: memory errors.
    func table(on executor: any ParallelExecutor = InlineExecutor()) throws -> Tensor {
        var context = EvaluationContext(inputs: [input], executor: executor)
        return try operation.accelerate(&context)?.first ?? operation.evaluate(&context)[0]
    }

    /// The product and the addition of a bias that compute `value`.
    private static func firstLayer(
        computing value: ValueID, in graph: Graph
    ) throws -> (nodes: [NodeID], weights: FilterWeights)? {
        guard let last = graph.producer(of: value) else { return nil }
        if let weights = try graph.linearWeights(of: last) { return ([last.id], weights) }
        guard last.operation is Add else { return nil }
        for (product, addend) in graph.orders(of: last) {
            guard graph.soleReader(of: product) != nil, let node = graph.producer(of: product),
                let weights = try graph.linearWeights(of: node), weights.bias == nil,
                let bias = graph.vector(addend, count: weights.outputChannels)
            else { continue }
            return ([node.id, last.id], try FilterWeights(weights.plain(), bias: Tensor(vector: bias)))
        }
        return nil
    }
}

extension Graph {
    /// The weights and the bias of a product with a constant float32 matrix; nil for other nodes.
    ///
    /// - Throws: memory errors.
    func linearWeights(of node: Node) throws -> FilterWeights? {
        guard node.inputs.count > 1, let factor = node.inputs[1].flatMap({ self[$0].constant }),
            factor.elementType == .float32, factor.shape.rank == 2, factor.count > 0
        else { return nil }
        switch node.operation {
        case is MatMul:
            return try FilterWeights(factor.reshaped(to: Shape([1, 1] + factor.shape.dimensions)))
        case let gemm as Gemm:
            guard gemm.alpha == 1, gemm.beta == 1, !gemm.transposesA else { return nil }
            let matrix = gemm.transposesB ? try factor.transposed([1, 0]) : factor
            var bias: [Float]?
            if node.inputs.count > 2, let addend = node.inputs[2] {
                bias = vector(addend, count: matrix.shape[1], rank: 2)
                guard bias != nil else { return nil }
            }
            return try FilterWeights(
                matrix.reshaped(to: Shape([1, 1] + matrix.shape.dimensions)), bias: bias.map { try Tensor(vector: $0) })
        default:
            return nil
        }
    }
}
