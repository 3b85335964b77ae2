import Synchronization

/// Asks a run to stop; looked at between nodes and between pieces of a node's work.
package final class CancellationFlag: Sendable {
    private let state = Atomic<Bool>(false)

    package init() {}

    /// Asks for a stop.
    package func cancel() { state.store(true, ordering: .relaxed) }

    /// Whether a stop was asked for.
    package var isCancelled: Bool { state.load(ordering: .relaxed) }
}
