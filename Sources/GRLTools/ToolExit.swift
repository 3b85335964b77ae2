/// The exit codes, as in BSD's sysexits.h but for ``mismatch``.
package enum ToolExit: Int32, Sendable {
    case success = 0
    /// A check failed, or what was compared is not the same.
    case mismatch = 1
    case usage = 64
    /// A model or a picture is damaged, or unsuitable.
    case data = 65
    case noInput = 66
    case unsupported = 69
    case memory = 71
    case cannotCreate = 73
    case inputOutput = 74
    /// Interrupted by SIGINT; the process then ends by that signal.
    case interrupted = 130
}
