package import GRLGraph
import GRLOperators
import GRLTensor

/// Computes nodes whose inputs are all constants, where the result does not need much more memory than the inputs.
///
/// The growth limit keeps a small file from asking for a large tensor, and leaves tensors that are cheap to compute but
/// large to keep (an attention's bias of every pair of tokens) to the run.
package struct FoldConstants: Pass {
    package let name = "fold constants"
    /// How many bytes one node's results may take beyond its inputs.
    package let growthLimit: Int
    /// How many bytes all results together may take beyond the inputs.
    package let totalGrowthLimit: Int

    package init(growthLimit: Int = 4 << 20, totalGrowthLimit: Int = 64 << 20) {
        self.growthLimit = growthLimit
        self.totalGrowthLimit = totalGrowthLimit
    }

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var erased = Set<NodeID>()
        var growth = 0
        for node in Array(graph.nodes) {
            let current = graph[node.id]
            guard let operands = constants(current, in: graph) else { continue }
            let available = min(growthLimit, totalGrowthLimit - growth)
            guard let results = try fold(current, operands, available, &log) else { continue }
            for (output, result) in zip(current.outputs, results) {
                guard let output else { continue }
                let constant = graph.addConstant(graph[output].name, result)
                graph.replaceUses(of: output, with: constant)
            }
            growth += byteCount(results) - byteCount(operands.compactMap { $0 })
            erased.insert(node.id)
        }
        graph.erase(erased)
        graph.eraseUnusedConstants()
        if !erased.isEmpty { log.applied(self, "computed \(erased.count) nodes") }
    }

    /// The node's inputs if all are constants and the node does not make an output of the graph.
    private func constants(_ node: Node, in graph: Graph) -> [Tensor?]? {
        guard !(node.operation is UnsupportedOperator),
            !node.outputs.contains(where: { $0.map(graph.isOutput) ?? false })
        else { return nil }
        var operands: [Tensor?] = []
        for input in node.inputs {
            guard let input else {
                operands.append(nil)
                continue
            }
            guard let constant = graph[input].constant else { return nil }
            operands.append(constant)
        }
        return operands
    }

    private func fold(
        _ node: Node, _ operands: [Tensor?], _ available: Int, _ log: inout OptimizationLog
    ) throws -> [Tensor]? {
        let limit = byteCount(operands.compactMap { $0 }) + available
        do {
            let types = try node.operation.infer(
                InferenceContext(
                    types: operands.map { $0?.type }, constants: operands, outputCount: node.outputs.count))
            let predicted = types.reduce(0) { $0 + ($1?.byteCount ?? 0) }
            guard predicted <= limit else {
                log.declined(self, "the result takes \(predicted) bytes", node: node.name)
                return nil
            }
            let results = try Interpreter.evaluate(node, operands, TensorAllocator(limit: 4 * limit + (16 << 20)))
            return byteCount(results) <= limit ? results : nil
        } catch let error as TensorError where error.code == .memoryBudget {
            log.declined(self, error.message, node: node.name)
            return nil
        } catch {
            throw NodeError(node: node, operands: operands.map { $0?.type }, cause: error)
        }
    }

    private func byteCount(_ tensors: [Tensor]) -> Int { tensors.reduce(0) { $0 + $1.byteCount } }
}
