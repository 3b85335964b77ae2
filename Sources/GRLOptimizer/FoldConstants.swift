package import GRLGraph
import GRLOperators
import GRLTensor

/// Computes nodes whose inputs are all constants, where the result does not need much more memory than the inputs.
///
/// The growth limit keeps a small file from asking for a large tensor, and leaves tensors that are cheap to compute but
/// large to keep (an attention's bias of every pair of tokens) to the run. Networks that make tables (``TableNetwork``)
/// may be left as they are: they take less memory than their tables.
package struct FoldConstants: Pass {
    package let name = "fold constants"
    /// How many bytes one node's results may take beyond its inputs.
    package let growthLimit: Int
    /// How many bytes all results together may take beyond the inputs.
    package let totalGrowthLimit: Int

    /// Whether networks that make tables are computed, too.
    package let foldsTableNetworks: Bool
    private let executor: any ParallelExecutor

    /// - Parameter executor: where parts of the work run.
    package init(
        growthLimit: Int = 4 << 20, totalGrowthLimit: Int = 64 << 20, foldsTableNetworks: Bool = true,
        executor: any ParallelExecutor = InlineExecutor()
    ) {
        self.executor = executor
        self.growthLimit = growthLimit
        self.totalGrowthLimit = totalGrowthLimit
        self.foldsTableNetworks = foldsTableNetworks
    }

    package func run(on graph: inout Graph, log: inout OptimizationLog) throws {
        var growth = 0
        var count = try foldNodes(of: &graph, except: TableNetwork.begins, &growth, &log)
        if foldsTableNetworks {
            count += try foldTableNetworks(of: &graph, &growth)
            count += try foldNodes(of: &graph, except: { _, _ in false }, &growth, &log)
        }
        graph.eraseUnusedConstants()
        if count > 0 { log.applied(self, "computed \(count) nodes") }
    }

    /// Computes the networks that make tables; returns how many nodes that were.
    private func foldTableNetworks(of graph: inout Graph, _ growth: inout Int) throws -> Int {
        var count = 0
        for id in graph.schedule {
            guard graph.contains(id), case let output?? = graph[id].outputs.first, !graph.isOutput(output),
                let network = try TableNetwork(endingAt: graph[id], in: graph)
            else { continue }
            let table = try network.table(on: executor)
            guard table.byteCount <= min(growthLimit, totalGrowthLimit - growth) else { continue }
            growth += table.byteCount
            graph.replaceUses(of: output, with: graph.addConstant(graph[output].name, table))
            graph.erase(Set(network.nodes))
            count += network.nodes.count
        }
        return count
    }

    /// Computes nodes one by one; returns how many.
    private func foldNodes(
        of graph: inout Graph, except isLeft: (Node, Graph) -> Bool, _ growth: inout Int, _ log: inout OptimizationLog
    ) throws -> Int {
        var erased = Set<NodeID>()
        for node in Array(graph.nodes) {
            let current = graph[node.id]
            guard !isLeft(current, graph), let operands = constants(current, in: graph) else { continue }
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
        return erased.count
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
            let results = try Interpreter.evaluate(
                node, operands, TensorAllocator(limit: 4 * limit + (16 << 20)), accelerates: true, executor: executor)
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
