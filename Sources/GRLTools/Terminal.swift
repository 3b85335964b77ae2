import Foundation

/// What the standard streams are and how to write to them.
package enum Terminal {
    /// Opens `/dev/null` on standard streams that are closed, lest a file that is opened later takes their place, and
    /// makes writing to a closed pipe an error instead of the end.
    package static func holdStandardStreams() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY)
        }
    }

    /// Whether a stream is a terminal that can move its cursor.
    package static func isInteractive(_ descriptor: Int32) -> Bool {
        isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] ?? "dumb" != "dumb"
    }

    /// Whether text on a stream may be coloured: on a terminal, unless `NO_COLOR` is set.
    package static func isColored(_ descriptor: Int32) -> Bool {
        isInteractive(descriptor) && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
    }

    /// The columns of a terminal: those of the environment's `COLUMNS`, or of the terminal itself; 80 where neither
    /// tells.
    package static func width(_ descriptor: Int32) -> Int {
        wantedWidth ?? size(descriptor).map { Int($0.ws_col) } ?? 80
    }

    /// How wide text on a stream should be: `COLUMNS`, or the width of the terminal; `plain` for files and pipes.
    package static func width(_ descriptor: Int32, plain: Int) -> Int {
        wantedWidth ?? (isInteractive(descriptor) ? width(descriptor) : plain)
    }

    private static var wantedWidth: Int? {
        ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// The lines of a terminal; 24 where it does not tell.
    package static func height(_ descriptor: Int32) -> Int { size(descriptor).map { Int($0.ws_row) } ?? 24 }

    private static func size(_ descriptor: Int32) -> winsize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return size
    }

    /// `text` in colour, or in bold, where `isColored` says so.
    package static func styled(_ text: String, _ style: Style, if isColored: Bool) -> String {
        isColored ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Looks of text, as terminals know them by number.
    package enum Style: String, Sendable {
        case bold = "1"
        case red = "31"
        case green = "32"
        case boldRed = "1;31"
    }

    /// Writes all of `text`; false when the stream takes no more.
    @discardableResult
    package static func write(_ text: String, to descriptor: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if count == 0 || errno != EINTR {
                return false
            }
        }
        return true
    }
}
