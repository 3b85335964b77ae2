import Foundation

/// Text for people on standard output, which may be closed or on a full disk.
package enum StandardOutput {
    /// What its user is told when it takes no more.
    package static let refusal = ToolError(.inputOutput, "FILE_WRITE", "standard output takes no more text")

    /// - Throws: ``refusal``.
    package static func write(_ text: String) throws {
        guard Terminal.write(text, to: STDOUT_FILENO) else { throw refusal }
    }

    /// Writes text that may be long, see ``Pager``.
    ///
    /// - Throws: ``refusal``.
    package static func show(_ text: String, signals: SignalGuard) throws {
        guard Pager.show(text, signals: signals) else { throw refusal }
    }
}
