import Foundation

/// Other programs that tools run.
package enum Programs {
    /// Where a program is, in the folders that `PATH` lists; nil where it is in none.
    package static func path(of program: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
