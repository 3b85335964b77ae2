package import GRLGraph
package import GRLTensor

/// Sees a node and its outputs as soon as they are computed. The tensors may be overwritten later.
package typealias StepObserver = (_ node: Node, _ outputs: [Tensor]) throws -> Void

/// Runs a schedule: each node in turn, its inputs let go as soon as nobody needs them.
struct Executor {
    let allocator: TensorAllocator
    let executor: RunExecutor
    /// Whether operators may take their fast way.
    let accelerates: Bool
    /// Notes every step, where somebody wants to know.
    var profile: RunProfile?
    /// Sees the outputs of every node, which are its own only until it returns.
    var observe: StepObserver?

    /// The outputs of the graph.
    ///
    /// - Parameters:
    ///   - inputs: one for each input of the graph; nil for one that is left out.
    ///   - memory: what was planned for these inputs; without it every value takes memory from the allocator.
    ///   - progress: called after each step with the part of all steps that is done.
    /// - Throws: a ``RunError``, or `CancellationError`.
    func run(
        _ schedule: Schedule, inputs: [Tensor?], memory: RunMemory? = nil, progress: (Double) -> Void = { _ in }
    ) throws -> [Tensor] {
        let graph = schedule.graph
        var tensors = [Tensor?](repeating: nil, count: graph.valueLimit)
        for (id, tensor) in zip(graph.inputs, inputs) { tensors[id.index] = tensor }
        for value in graph.values {
            if let constant = value.constant { tensors[value.id.index] = constant }
        }
        for (index, step) in schedule.steps.enumerated() {
            let results = try run(step, number: index, &tensors, memory)
            try checkCancellation()
            try observe?(step.node, results)
            for (output, result) in zip(step.node.outputs, results) {
                if let output { tensors[output.index] = result }
            }
            for value in step.unread { tensors[value.index] = nil }
            progress(Double(index + 1) / Double(schedule.steps.count))
        }
        return try graph.outputs.map { output in
            guard let tensor = tensors[output.index] else {
                throw RunError(code: "ARITY", message: "nothing was computed for '\(graph[output].name)'")
            }
            return tensor
        }
    }

    private func run(
        _ step: Schedule.Step, number: Int, _ tensors: inout [Tensor?], _ memory: RunMemory?
    ) throws -> [Tensor] {
        let node = step.node
        try checkCancellation()
        var operands: [Tensor?] = []
        var reusable: [Bool] = []
        for (index, input) in node.inputs.enumerated() {
            guard let input, step.lastReads.contains(input), node.inputs.count(where: { $0 == input }) == 1 else {
                operands.append(input.flatMap { tensors[$0.index] })
                reusable.append(false)
                continue
            }
            var tensor = tensors[input.index]
            tensors[input.index] = nil
            let isFree = tensor?.isUniquelyReferenced() ?? false
            let isPlanned = tensor.map { memory?.overwrites(input: index, input, $0, at: number) ?? false } ?? false
            reusable.append(isFree || isPlanned)
            operands.append(tensor)
        }
        for value in step.lastReads { tensors[value.index] = nil }
        let types = operands.map { $0?.type }
        let start = profile == nil ? nil : ContinuousClock.now
        do {
            let outputs = memory?.outputs(of: node)
            var context = EvaluationContext(
                inputs: operands, reusable: reusable, outputCount: node.outputs.count, planned: outputs,
                allocator: allocator, executor: executor,
                runSubgraph: { try forSubgraphs.run(Schedule($0), inputs: $1) })
            operands = []
            let computed = try evaluate(node, &context)
            let results = try memory?.settled(computed, of: node, outputs, allocator) ?? computed
            if let profile, let start {
                profile.add(
                    RunProfile.Step(node: node, inputs: types, outputs: results.map(\.type), start: start, end: .now))
            }
            return results
        } catch let error as CancellationError {
            throw error
        } catch let error as RunError {
            throw error
        } catch {
            throw RunError(error, node: node, operands: types)
        }
    }

    /// For subgraphs, whose time is that of the node that runs them, and whose nodes nobody outside knows.
    private var forSubgraphs: Executor {
        var executor = self
        executor.profile = nil
        executor.observe = nil
        return executor
    }

    private func evaluate(_ node: Node, _ context: inout EvaluationContext) throws -> [Tensor] {
        let accelerated = accelerates ? try (node.operation as? any AcceleratedOperator)?.accelerate(&context) : nil
        let results = try accelerated ?? node.operation.evaluate(&context)
        guard results.count >= node.outputs.count else {
            throw OperatorError(.arity, "\(results.count) outputs were computed, the node has \(node.outputs.count)")
        }
        return results
    }

    private func checkCancellation() throws {
        if executor.cancellation.isCancelled { throw CancellationError() }
    }
}
