import ArgumentParser
import Foundation

/// A number of bytes, written as `900M`, `1.5GiB` or `2000000000`.
package struct MemorySize: ExpressibleByArgument, Sendable {
    package let bytes: Int

    package init(bytes: Int) {
        self.bytes = bytes
    }

    package init?(argument: String) {
        let text = argument.uppercased()
        let number = text.prefix { $0.isNumber || $0 == "." }
        let factor: Double
        switch text.dropFirst(number.count) {
        case "", "B": factor = 1
        case "K", "KB", "KIB": factor = 1024
        case "M", "MB", "MIB": factor = 1_048_576
        case "G", "GB", "GIB": factor = 1_073_741_824
        case "T", "TB", "TIB": factor = 1_099_511_627_776
        default: return nil
        }
        guard let value = Double(number), let bytes = Int(exactly: (value * factor).rounded()), bytes > 0 else {
            return nil
        }
        self.bytes = bytes
    }

    /// For example `1.5 GiB`.
    package var text: String { Self.text(bytes) }

    /// Bytes in the unit that suits them.
    package static func text(_ bytes: Int) -> String {
        let mebibytes = Double(bytes) / 1_048_576
        return mebibytes < 1024
            ? "\(Int(mebibytes.rounded())) MiB" : "\((mebibytes / 102.4).rounded() / 10) GiB"
    }
}
