import GRLGraph
import Synchronization

/// The specializations that were used last.
final class SpecializationCache: Sendable {
    /// The most that are kept.
    let capacity: Int
    /// The one that was used last comes last.
    private let entries = Mutex<[Specialization]>([])

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    /// The specialization for `inputs`: one that was kept, or a new one.
    ///
    /// - Parameter make: called without a lock, so that runs do not wait for each other; when two make the same one at
    ///   once, the later is thrown away.
    /// - Throws: what `make` throws.
    func specialization(for inputs: [TensorType], make: () throws -> Specialization) rethrows -> Specialization {
        if let kept = entries.withLock({ Self.take(inputs, from: &$0) }) { return kept }
        let made = try make()
        return entries.withLock { entries in
            if let kept = Self.take(inputs, from: &entries) { return kept }
            if entries.count >= capacity { entries.removeFirst() }
            entries.append(made)
            return made
        }
    }

    /// The inputs' types of what is kept, in the order of their last use.
    var keptInputs: [[TensorType]] { entries.withLock { $0.map(\.inputs) } }

    /// Moves an entry to the end.
    private static func take(_ inputs: [TensorType], from entries: inout [Specialization]) -> Specialization? {
        guard let index = entries.lastIndex(where: { $0.inputs == inputs }) else { return nil }
        let entry = entries.remove(at: index)
        entries.append(entry)
        return entry
    }
}
