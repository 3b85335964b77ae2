import GRLTensor
import Synchronization

/// Keeps the arena of the last run for the next, whose first touch of fresh memory would cost time.
final class ArenaShelf: Sendable {
    private let allocator: TensorAllocator
    private let kept = Mutex<TensorStorage?>(nil)

    init(allocator: TensorAllocator) {
        self.allocator = allocator
    }

    /// An arena of `byteCount` bytes that nobody else uses; nil for 0 bytes. The kept one serves if it is at most twice
    /// as long, and is let go otherwise.
    ///
    /// - Throws: memory errors.
    func take(byteCount: Int) throws(TensorError) -> TensorStorage? {
        if let arena = takeKept(), byteCount > 0, arena.byteCount >= byteCount,
            arena.byteCount - byteCount <= byteCount
        {
            return arena
        }
        guard byteCount > 0 else { return nil }
        return try allocator.allocate(byteCount: byteCount, recycled: false)
    }

    /// Keeps an arena, unless a tensor still lies in it.
    func put(_ arena: consuming TensorStorage?) {
        var returned = consume arena
        guard returned != nil, isKnownUniquelyReferenced(&returned) else { return }
        let previous = kept.withLock { kept in
            defer { kept = returned }
            return kept
        }
        withExtendedLifetime(previous) {}
    }

    private func takeKept() -> TensorStorage? {
        kept.withLock { kept in
            defer { kept = nil }
            return kept
        }
    }
}
