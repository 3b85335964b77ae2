import GRLGraph

/// Runs the pieces of operators for one run: on the shared pool, up to a number of threads, until it is cancelled.
///
/// After a cancellation the remaining pieces are skipped, so results are incomplete and must be thrown away.
struct RunExecutor: ParallelExecutor {
    let pool: ThreadPool
    let threadLimit: Int
    let cancellation: CancellationFlag

    func forEach(_ count: Int, _ body: (Int) -> Void) {
        pool.forEach(count, limit: threadLimit) { index in
            if !cancellation.isCancelled { body(index) }
        }
    }
}
