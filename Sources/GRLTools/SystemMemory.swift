import Foundation
import GRLTensor

/// The memory of the machine and of this process, as Linux tells it.
package enum SystemMemory {
    /// Three quarters of the memory that is available, or the control group's limit if that is less; nil where
    /// nothing is known.
    package static var defaultLimit: Int? {
        let available = field("MemAvailable:", of: "/proc/meminfo").map { $0 / 4 * 3 }
        let group = contents("/sys/fs/cgroup/memory.max").flatMap { Int($0) }
        return [available, group].compactMap { $0 }.min()
    }

    /// Bytes that are left to what is not counted: the pictures' files, threads, the C library's own.
    package static let reserve = 24 << 20

    /// The bytes of `limit` that are left beside what is held now, a model among it; nil where there is no limit.
    ///
    /// - Throws: a ``ToolError`` (`MEMORY_BUDGET`) where nothing is left.
    package static func rest(of limit: Int?) throws(ToolError) -> Int? {
        guard let limit else { return nil }
        let rest = limit - resident - reserve
        guard rest > 0 else {
            throw ToolError(
                .memory, "MEMORY_BUDGET",
                "the model alone takes \(ByteText.text(resident)), and \(ByteText.text(limit)) are allowed; allow "
                    + "more with --max-memory")
        }
        return rest
    }

    /// Bytes of memory that this process holds now.
    package static var resident: Int { field("VmRSS:", of: "/proc/self/status") ?? 0 }

    /// The most bytes of memory that this process held since its start, or since ``resetPeak()``.
    package static var peak: Int? { field("VmHWM:", of: "/proc/self/status") }

    /// Makes ``peak`` begin anew from what is held now; false where the system does not allow that.
    @discardableResult
    package static func resetPeak() -> Bool {
        let descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Terminal.write("5", to: descriptor)
    }

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
