package import GRLGraph
import GRLTensor

/// What follows from the types of a model's inputs before it runs: the types of all values that do not depend on data,
/// and where they live.
package struct Specialization: Sendable {
    /// The types of the graph's inputs.
    package let inputs: [TensorType]
    package let plan: MemoryPlan
    private let types: [TensorType?]

    /// - Parameters:
    ///   - threads: the most threads that work at once.
    ///   - accelerates: whether operators may take their fast way.
    /// - Throws: a ``RunError`` when the graph does not accept the inputs or memory could never hold them.
    init(_ schedule: Schedule, inputs: [TensorType], threads: Int, accelerates: Bool) throws {
        self.inputs = inputs
        do {
            let facts = try TypeInference.run(schedule.graph, inputs: inputs.map { ValueFact(type: $0) })
            plan = try MemoryPlanner.plan(schedule, facts: facts, threads: threads, accelerates: accelerates)
            var types = [TensorType?](repeating: nil, count: schedule.graph.valueLimit)
            for (value, fact) in facts { types[value.index] = fact.type }
            self.types = types
        } catch let error as NodeError {
            throw RunError(error)
        } catch let error as TensorError {
            throw RunError(
                code: error.code.rawValue,
                message: "the tensors of a run are too large for any memory; \(error.message)")
        }
    }

    /// The type of a value of the graph; nil where it depends on data.
    package func type(of value: ValueID) -> TensorType? { types[value.index] }
}
