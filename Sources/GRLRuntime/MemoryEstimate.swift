import GRLGraph
import GRLTensor

/// How much memory a run takes, found from types alone.
enum MemoryEstimate {
    /// Bytes of all live tensors at the worst step, constants and inputs left out; nil when a type depends on data.
    ///
    /// - Throws: a ``NodeError`` when the graph does not accept the inputs.
    static func peakBytes(_ schedule: Schedule, inputs: [TensorType]) throws -> Int? {
        let graph = schedule.graph
        let facts = try TypeInference.run(graph, inputs: inputs.map { ValueFact(type: $0) })
        var owners: [ValueID: ValueID] = [:]
        var readers: [ValueID: Int] = [:]
        var live = 0
        var peak = 0
        func release(_ value: ValueID) {
            let owner = owners[value] ?? value
            guard let count = readers[owner] else { return }
            readers[owner] = count - 1
            if count == 1, let fact = facts[owner] { live -= fact.type.byteCount }
        }
        for step in schedule.steps {
            let isView = step.node.operation is any ViewOperator
            for case let output? in step.node.outputs {
                guard let fact = facts[output] else { return nil }
                if isView, case let input?? = step.node.inputs.first {
                    let owner = owners[input] ?? input
                    owners[output] = owner
                    if let count = readers[owner] { readers[owner] = count + 1 }
                } else {
                    readers[output] = 1
                    live += fact.type.byteCount
                }
            }
            peak = max(peak, live)
            for value in step.lastReads + step.unread { release(value) }
        }
        return peak
    }
}
