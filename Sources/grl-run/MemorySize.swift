import ArgumentParser
import Foundation

/// A number of bytes, written as `900M`, `1.5GiB` or `2000000000`.
struct MemorySize: ExpressibleByArgument, Sendable {
    let bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
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
    var text: String { Self.text(bytes) }

    /// Bytes in the unit that suits them.
    static func text(_ bytes: Int) -> String {
        let mebibytes = Double(bytes) / 1_048_576
        return mebibytes < 1024
            ? "\(Int(mebibytes.rounded())) MiB" : "\((mebibytes / 102.4).rounded() / 10) GiB"
    }
}

/// The memory of the machine and of this process, as Linux tells it.
enum SystemMemory {
    /// Three quarters of the memory that is available, or the control group's limit if that is less; nil where
    /// nothing is known.
    static var defaultLimit: Int? {
        let available = field("MemAvailable:", of: "/proc/meminfo").map { $0 / 4 * 3 }
        let group = contents("/sys/fs/cgroup/memory.max").flatMap { Int($0) }
        return [available, group].compactMap { $0 }.min()
    }

    /// Bytes that are left to what is not counted: the pictures' files, threads, the C library's own.
    static let reserve = 24 << 20

    /// Bytes of memory that this process holds now.
    static var resident: Int { field("VmRSS:", of: "/proc/self/status") ?? 0 }

    /// The most bytes of memory that this process ever held.
    static var peak: Int? { field("VmHWM:", of: "/proc/self/status") }

    private static func contents(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A value in bytes of a line such as `MemAvailable:   12345 kB`.
    private static func field(_ name: String, of path: String) -> Int? {
        for line in contents(path)?.split(separator: "\n") ?? [] where line.hasPrefix(name) {
            let words = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace)
            guard let kibibytes = words.first.flatMap({ Int($0) }) else { return nil }
            let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
            return overflow ? nil : bytes
        }
        return nil
    }
}
