/// Runs independent pieces of work, on several threads or one after the other.
package protocol ParallelExecutor: Sendable {
    /// Calls `body` once for each of `0 ..< count`, in any order and possibly at the same time; returns when all are
    /// done. Pieces must write to disjoint memory.
    func forEach(_ count: Int, _ body: (Int) -> Void)
}

extension ParallelExecutor {
    /// Cuts `0 ..< count` into ranges of `grain` (the last may be shorter) and calls `body` once for each. The cuts
    /// depend on the arguments alone, so results that depend on the cuts are the same for every number of threads.
    package func forEachRange(of count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
        guard count > 0 else { return }
        let grain = Swift.max(grain, 1)
        let pieces = (count - 1) / grain + 1
        guard pieces > 1 else { return body(0..<count) }
        forEach(pieces) { piece in
            let first = piece * grain
            body(first..<Swift.min(first + grain, count))
        }
    }
}

/// Runs everything on the calling thread.
package struct InlineExecutor: ParallelExecutor {
    package init() {}

    package func forEach(_ count: Int, _ body: (Int) -> Void) {
        for index in 0..<count { body(index) }
    }
}
