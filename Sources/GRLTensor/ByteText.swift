/// Numbers of bytes as people read them.
package enum ByteText {
    /// In powers of 1000, for example `536 B`, `62.1 kB`, `744.3 MB` or `1.25 GB`.
    package static func text(_ bytes: Int) -> String {
        switch bytes {
        case ..<1000: "\(bytes) B"
        case ..<999_950: rounded(bytes, to: 1, 1e3) + " kB"
        case ..<999_950_000: rounded(bytes, to: 1, 1e6) + " MB"
        default: rounded(bytes, to: 2, 1e9) + " GB"
        }
    }

    private static func rounded(_ bytes: Int, to places: Int, _ unit: Double) -> String {
        let power = places == 1 ? 10 : 100
        let number = Int((Double(bytes) / unit * Double(power)).rounded())
        let fraction = "\(number % power)"
        return "\(number / power)." + String(repeating: "0", count: places - fraction.count) + fraction
    }
}
