import Foundation

/// Shows long texts screen by screen on a terminal; elsewhere they are written as they are.
package enum Pager {
    /// Shows `text` on standard output: with the program that `PAGER` names, or less, where it is a terminal with fewer
    /// lines.
    ///
    /// - Throws: a ``ToolError`` when standard output takes no more.
    package static func show(_ text: String) throws(ToolError) {
        if Terminal.isInteractive(STDOUT_FILENO), lineCount(of: text) >= Terminal.height(STDOUT_FILENO), page(text) {
            return
        }
        guard Terminal.write(text, to: STDOUT_FILENO) else {
            throw ToolError(.inputOutput, "FILE_WRITE", "standard output takes no more text")
        }
    }

    private static func lineCount(of text: String) -> Int { text.utf8.count { $0 == UInt8(ascii: "\n") } }

    /// False where no pager starts.
    private static func page(_ text: String) -> Bool {
        let chosen = ProcessInfo.processInfo.environment["PAGER"] ?? ""
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", chosen.isEmpty ? "command -v less >/dev/null && exec less -FRX" : chosen]
        let pipe = Pipe()
        process.standardInput = pipe
        guard (try? process.run()) != nil else { return false }
        try? pipe.fileHandleForReading.close()
        // Whoever leaves the pager early has seen enough.
        Terminal.write(text, to: pipe.fileHandleForWriting.fileDescriptor)
        try? pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus == 0 || !chosen.isEmpty
    }
}
