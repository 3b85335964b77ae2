import Foundation
import GRLTensor

/// Numbers as people read them.
package enum Quantity {
    /// For example `744.3 MB`, in powers of 1000.
    package static func bytes(_ count: Int) -> String { ByteText.text(count) }

    /// For example `0.884 M`.
    package static func count(_ count: Int) -> String {
        switch count {
        case ..<10_000: "\(count)"
        case ..<1_000_000: decimals(Double(count) / 1e6, 3) + " M"
        case ..<10_000_000: decimals(Double(count) / 1e6, 2) + " M"
        default: decimals(Double(count) / 1e6, 1) + " M"
        }
    }

    /// For example `1 node` or `41 nodes`.
    package static func nodes(_ count: Int) -> String { counted(count, "node") }

    /// Multiply-adds in 10⁹, for example `33.2 GMAC`.
    package static func multiplyAdds(_ count: Int) -> String { giga(count) + " GMAC" }

    /// 10⁹ of something.
    package static func giga(_ count: Int) -> String {
        let value = Double(count) / 1e9
        return decimals(value, value >= 100 ? 0 : value >= 1 ? 1 : 4)
    }

    /// For example `1.24 s` or `38 ms`.
    package static func seconds(_ seconds: Double) -> String {
        switch seconds {
        case 10...: decimals(seconds, 1) + " s"
        case 1...: decimals(seconds, 2) + " s"
        default: decimals(seconds * 1e3, seconds < 0.01 ? 1 : 0) + " ms"
        }
    }

    /// For example `12.5 %`.
    package static func percent(_ share: Double) -> String { decimals(share * 100, 1) + " %" }

    package static func decimals(_ number: Double, _ places: Int) -> String { String(format: "%.\(places)f", number) }
}
