import Foundation

/// Shows long text page by page where somebody reads it on a terminal.
package enum Pager {
    /// Writes `text` to standard output; false when it takes no more.
    ///
    /// On a terminal, text of more lines than it has goes through `$PAGER`, or `less` where that is not set; `LESS` is
    /// then `FRX` unless it is set. An empty `PAGER`, and `cat`, mean none.
    ///
    /// - Parameter signals: what ends the process by a signal; it waits until the pager is left.
    @discardableResult
    package static func show(_ text: String, signals: SignalGuard? = nil) -> Bool {
        guard Terminal.isInteractive(STDOUT_FILENO), !fits(text), let command else {
            return StandardOutput.takes(text)
        }
        let page = { run(command, on: text) || StandardOutput.takes(text) }
        return (try? signals?.whileWriting(page)) ?? page()
    }

    /// Whether `text` leaves a line of the terminal for the prompt.
    private static func fits(_ text: String) -> Bool {
        let columns = Terminal.width(STDOUT_FILENO)
        let rows = text.split(separator: "\n", omittingEmptySubsequences: false).reduce(-1) {
            $0 + max(($1.count - 1) / columns + 1, 1)
        }
        return rows < Terminal.height(STDOUT_FILENO)
    }

    /// The pager as the shell takes it; nil where there is none.
    private static var command: String? {
        let environment = ProcessInfo.processInfo.environment
        if let pager = environment["PAGER"] { return pager.isEmpty || pager == "cat" ? nil : pager }
        return Programs.path(of: "less") == nil ? nil : "less"
    }

    /// Feeds `text` to a pager and waits until it is left; false where it could not be started.
    ///
    /// The pager shares this process's group, or else the terminal would not let it read keys.
    private static func run(_ command: String, on text: String) -> Bool {
        let interruption = signal(SIGINT, SIG_IGN)
        defer { signal(SIGINT, interruption) }
        guard let stream = popen("export LESS=\"${LESS-FRX}\"; " + command, "w") else { return false }
        // A pager that is left early takes no more text, which is as its user wants it.
        Terminal.write(text, to: fileno(stream))
        // The shell's statuses for a command that is not there, or no program.
        return ![126, 127].contains(pclose(stream) >> 8 & 0xff)
    }
}
