import Foundation

/// Text for people on standard output, which may be closed or on a full disk.
package enum StandardOutput {
    /// What its user is told when it takes no more.
    package static let refusal = ToolError(.inputOutput, "FILE_WRITE", "standard output takes no more text")

    /// Whether `text` was written, or nobody reads any more, as behind `| head`, which is no error.
    package static func takes(_ text: String) -> Bool {
        Terminal.write(text, to: STDOUT_FILENO) || errno == EPIPE
    }

    /// - Throws: ``refusal``.
    package static func write(_ text: String) throws {
        guard takes(text) else { throw refusal }
    }

    /// Writes text that may be long, see ``Pager``.
    ///
    /// - Throws: ``refusal``.
    package static func show(_ text: String, signals: SignalGuard) throws {
        guard Pager.show(text, signals: signals) else { throw refusal }
    }
}
