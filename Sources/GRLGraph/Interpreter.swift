package import GRLTensor

/// Runs a graph node by node with the plain evaluation of each operator: the meaning of a graph, and the way to compute
/// constants and subgraphs.
package struct Interpreter {
    /// The outputs of `graph`.
    ///
    /// - Parameter inputs: a tensor for each input of the graph; nil for one that is left out.
    /// - Throws: a ``NodeError``.
    package static func run(
        _ graph: Graph, inputs: [Tensor?], allocator: TensorAllocator = Tensor.sharedAllocator
    ) throws -> [Tensor] {
        var tensors: [ValueID: Tensor] = [:]
        for (id, tensor) in zip(graph.inputs, inputs) { tensors[id] = tensor }
        for value in graph.values {
            if let constant = value.constant { tensors[value.id] = constant }
        }
        for node in graph.nodes {
            let operands = node.inputs.map { $0.flatMap { tensors[$0] } }
            do {
                let results = try evaluate(node, operands, allocator)
                for (output, result) in zip(node.outputs, results) {
                    if let output { tensors[output] = result }
                }
            } catch {
                throw NodeError(node: node, operands: operands.map { $0?.type }, cause: error)
            }
        }
        return try graph.outputs.map { output in
            guard let tensor = tensors[output] else {
                throw OperatorError(.arity, "nothing was computed for '\(graph[output].name)'")
            }
            return tensor
        }
    }

    /// The outputs of one node.
    ///
    /// - Parameters:
    ///   - accelerates: whether the operator may take its fast way.
    ///   - executor: where parts of its work run.
    /// - Throws: what the operator throws, `ARITY` when it returns fewer outputs than the node has.
    package static func evaluate(
        _ node: Node, _ inputs: [Tensor?], _ allocator: TensorAllocator, accelerates: Bool = false,
        executor: any ParallelExecutor = InlineExecutor()
    ) throws -> [Tensor] {
        var context = EvaluationContext(
            inputs: inputs, outputCount: node.outputs.count, allocator: allocator, executor: executor,
            runSubgraph: { try run($0, inputs: $1, allocator: allocator) })
        let accelerated = accelerates ? try (node.operation as? any AcceleratedOperator)?.accelerate(&context) : nil
        let results = try accelerated ?? node.operation.evaluate(&context)
        guard results.count >= node.outputs.count else {
            throw OperatorError(.arity, "\(node.operation.spec.name) makes \(results.count) outputs")
        }
        return results
    }
}
