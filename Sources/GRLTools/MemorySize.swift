import ArgumentParser

/// A number of bytes, written as `900M`, `1.5GiB` or `2000000000`: in powers of 1000, or of 1024 with an i.
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
        case "K", "KB": factor = 1e3
        case "M", "MB": factor = 1e6
        case "G", "GB": factor = 1e9
        case "T", "TB": factor = 1e12
        case "KIB": factor = 1024
        case "MIB": factor = 1_048_576
        case "GIB": factor = 1_073_741_824
        case "TIB": factor = 1_099_511_627_776
        default: return nil
        }
        guard let value = Double(number), let bytes = Int(exactly: (value * factor).rounded()), bytes > 0 else {
            return nil
        }
        self.bytes = bytes
    }
}
