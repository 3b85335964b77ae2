import Foundation
import GRLGraph
import Synchronization

/// The threads of the process that run pieces of operators.
///
/// One job runs at a time; a caller that finds the pool busy, or is itself a piece of a job, does its work alone. What
/// a piece computes never depends on who runs it, so results are the same for every number of threads.
package final class ThreadPool: Sendable {
    /// The pool of the process; it has as many threads as the machine has cores, the caller counted.
    package static let shared = ThreadPool(threadCount: ProcessInfo.processInfo.activeProcessorCount)

    /// How often a thread looks for work before it sleeps: some tens of microseconds.
    fileprivate static let spinCount = 20_000

    /// The most threads that work on one job, the caller counted.
    package let threadCount: Int
    private let busy = Atomic<Bool>(false)
    private let generation = Atomic<Int>(0)
    private let condition = NSCondition()
    private let current = Mutex<Job?>(nil)

    package init(threadCount: Int) {
        self.threadCount = max(threadCount, 1)
        for number in 0..<self.threadCount - 1 {
            let thread = Thread { [self] in work() }
            thread.name = "grl-\(number + 1)"
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Calls `body` for each of `0 ..< count` on at most `limit` threads; returns when all calls have.
    package func forEach(_ count: Int, limit: Int, _ body: (Int) -> Void) {
        guard count > 1, min(limit, threadCount) > 1,
            busy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
        else {
            for index in 0..<max(count, 0) { body(index) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let job = Job(count: count, helpers: min(limit, threadCount) - 1, body: body)
            current.withLock { $0 = job }
            condition.lock()
            generation.add(1, ordering: .releasing)
            condition.broadcast()
            condition.unlock()
            job.runPieces()
            current.withLock { $0 = nil }
            job.finish()
        }
        busy.store(false, ordering: .releasing)
    }

    private func work() {
        var seen = 0
        while true {
            seen = waitForJob(after: seen)
            let job = current.withLock { job -> Job? in
                guard let job, job.enlist() else { return nil }
                return job
            }
            guard let job else { continue }
            job.runPieces()
            job.leave()
        }
    }

    /// Returns the newest generation once it is another than `seen`.
    private func waitForJob(after seen: Int) -> Int {
        for _ in 0..<Self.spinCount where generation.load(ordering: .acquiring) != seen {
            return generation.load(ordering: .acquiring)
        }
        condition.lock()
        defer { condition.unlock() }
        while generation.load(ordering: .acquiring) == seen { condition.wait() }
        return generation.load(ordering: .acquiring)
    }
}

/// The pieces of one `forEach`, handed out one by one.
///
/// `@unchecked Sendable`: `body` is called by several threads at once, which its author promises to be safe; the rest
/// is atomic.
private final class Job: @unchecked Sendable {
    private let count: Int
    /// Dropped when the job is over: the closure may not outlive the call that it came with.
    private var body: ((Int) -> Void)?
    private let next = Atomic<Int>(0)
    private let places: Atomic<Int>
    private let helpers = Atomic<Int>(0)
    private let condition = NSCondition()

    init(count: Int, helpers: Int, body: @escaping (Int) -> Void) {
        self.count = count
        self.body = body
        places = Atomic(helpers)
    }

    /// Takes a place among the helpers, while the job is announced; false when all are taken.
    func enlist() -> Bool {
        guard places.subtract(1, ordering: .relaxed).oldValue > 0 else { return false }
        helpers.add(1, ordering: .acquiringAndReleasing)
        return true
    }

    /// Gives the place back.
    func leave() {
        condition.lock()
        helpers.subtract(1, ordering: .acquiringAndReleasing)
        condition.signal()
        condition.unlock()
    }

    func runPieces() {
        guard let body else { return }
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            body(index)
        }
    }

    /// Ends the job, which must not be announced any longer, once all its helpers have left.
    func finish() {
        waitForHelpers()
        body = nil
    }

    private func waitForHelpers() {
        for _ in 0..<ThreadPool.spinCount where helpers.load(ordering: .acquiring) == 0 { return }
        condition.lock()
        defer { condition.unlock() }
        while helpers.load(ordering: .acquiring) > 0 { condition.wait() }
    }
}
