import ArgumentParser

/// What all tools have around their work.
package enum Tool {
    /// Runs the work of a tool in a task that SIGINT and SIGTERM cancel.
    ///
    /// - Throws: `ExitCode` unless the work succeeds.
    package static func run(_ work: @escaping @Sendable (SignalGuard) async -> ToolExit) async throws {
        Terminal.holdStandardStreams()
        let signals = SignalGuard()
        let task = Task { await work(signals) }
        signals.start { task.cancel() }
        let exit = await task.value
        signals.finish()
        guard exit == .success else { throw ExitCode(exit.rawValue) }
    }
}
