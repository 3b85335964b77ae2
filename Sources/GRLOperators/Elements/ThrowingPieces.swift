import GRLGraph
import Synchronization

extension ParallelExecutor {
    /// Calls `body` for the same ranges as ``forEachRange(of:grain:_:)``.
    ///
    /// - Throws: the first error that a call of `body` threw; the other pieces run nevertheless.
    func forEachRange(of count: Int, grain: Int, throwing body: (Range<Int>) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        forEachRange(of: count, grain: grain) { range in
            do {
                try body(range)
            } catch {
                failure.withLock { $0 = $0 ?? error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
