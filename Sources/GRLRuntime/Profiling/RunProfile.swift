package import GRLGraph
import GRLTensor
import Synchronization

/// What the steps of one run did and how long they took. A run without a profile pays nothing for it.
package final class RunProfile: Sendable {
    /// One node that ran.
    package struct Step: Sendable {
        package let node: Node
        /// Types of the inputs; nil for one that is left out.
        package let inputs: [TensorType?]
        /// Types of the outputs.
        package let outputs: [TensorType]
        package let start: ContinuousClock.Instant
        package let end: ContinuousClock.Instant

        package var duration: Duration { start.duration(to: end) }

        /// Multiply-adds by the operator's definition; 0 where there are too many to count.
        package var multiplyAdds: Int {
            (try? node.operation.multiplyAdds(InferenceContext(types: inputs, outputCount: outputs.count))) ?? 0
        }
    }

    /// All nodes of one operator.
    package struct OperatorTotal: Sendable {
        /// The operator's name.
        package let name: String
        /// How many nodes ran.
        package let calls: Int
        package let duration: Duration
        package let multiplyAdds: Int
    }

    private let record = Mutex<[Step]>([])

    package init() {}

    /// The steps in the order in which they ran.
    package var steps: [Step] { record.withLock { $0 } }

    /// The steps by operator, those that took longest first.
    package var operators: [OperatorTotal] {
        Dictionary(grouping: steps) { $0.node.operation.spec.name }
            .map { name, steps in
                OperatorTotal(
                    name: name, calls: steps.count, duration: steps.reduce(.zero) { $0 + $1.duration },
                    multiplyAdds: steps.reduce(0) { $0.saturatingSum($1.multiplyAdds) })
            }
            .sorted { ($1.duration, $0.name) < ($0.duration, $1.name) }
    }

    func add(_ step: Step) {
        record.withLock { $0.append(step) }
    }
}
