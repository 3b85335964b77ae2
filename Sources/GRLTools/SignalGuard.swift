import Dispatch
import Foundation
import Synchronization

/// Turns SIGINT and SIGTERM into the cancellation of the work, and ends the process by the signal once all is tidy.
///
/// The second signal ends the process at once. So does the first, after a moment, where the work is busy with something
/// that leaves nothing behind and cannot be cancelled, such as loading a model.
package final class SignalGuard: Sendable {
    /// How long the work may take to stop by itself.
    private static let patience = DispatchTimeInterval.milliseconds(300)

    private struct State {
        var received: Int32?
        var isWriting = false
    }

    private let state = Mutex(State())
    private let sources = Mutex<[SourceHandle]>([])

    /// Whether a signal asked for the end.
    package var isInterrupted: Bool { state.withLock { $0.received != nil } }

    /// Calls `cancel` on the first signal.
    func start(cancel: @escaping @Sendable () -> Void) {
        let queue = DispatchQueue(label: "signals")
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in
                let isFirst = state.withLock { state in
                    defer { state.received = state.received ?? number }
                    return state.received == nil
                }
                guard isFirst else { _exit(128 + number) }
                cancel()
                queue.asyncAfter(deadline: .now() + Self.patience) { [self] in
                    if !state.withLock({ $0.isWriting }) { Self.end(by: number) }
                }
            }
            let handle = SourceHandle(starting: source)
            sources.withLock { $0.append(handle) }
        }
    }

    /// Runs `body`, which has a temporary file to remove before the process may end.
    package func whileWriting<Result>(_ body: () throws -> Result) throws -> Result {
        state.withLock { $0.isWriting = true }
        defer { state.withLock { $0.isWriting = false } }
        return try body()
    }

    /// Ends the process by the signal that was received, if one was.
    func finish() {
        if let number = state.withLock({ $0.received }) { Self.end(by: number) }
    }

    private static func end(by number: Int32) {
        if Terminal.isInteractive(STDERR_FILENO) { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        signal(number, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
    }
}
