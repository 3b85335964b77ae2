package import ArgumentParser
import Foundation

/// What all tools have around their work.
package enum Tool {
    /// Runs a tool from its command line to its end. Help is shown page by page where it is long; `--generate-manual`
    /// alone prints a page for `man`.
    package static func main<Command: AsyncParsableCommand>(_ tool: Command.Type) async {
        Terminal.holdStandardStreams()
        do {
            if Array(CommandLine.arguments.dropFirst()) == ["--generate-manual"] {
                let isWritten = StandardOutput.takes(try ManualPage.text(of: tool))
                exit(isWritten ? 0 : ToolExit.inputOutput.rawValue)
            }
            var command = try await tool.asyncParseAsRoot()
            guard var asynchronous = command as? any AsyncParsableCommand else { return try command.run() }
            try await asynchronous.run()
        } catch {
            let text = tool.fullMessage(for: error)
            guard tool.exitCode(for: error).isSuccess, !text.isEmpty else { tool.exit(withError: error) }
            exit(Pager.show(text + "\n") ? 0 : ToolExit.inputOutput.rawValue)
        }
    }

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
