import Foundation
package import GRLTensor

extension TensorDifference {
    /// The largest and the mean difference, the relative error, and the PSNR.
    package var summary: String {
        guard maximum > 0 else { return isIdentical ? "equal to the bit" : "equal" }
        guard maximum.isFinite else { return "shapes differ, or numbers meet what is none" }
        return "max |Δ| \(number(maximum)), mean \(number(mean)), relative \(number(relative)), PSNR "
            + String(format: "%.1f dB", psnr)
    }

    /// Where the largest difference is, and of what.
    package var worstElement: String {
        guard !worst.isEmpty || maximum == 0 || maximum.isFinite else { return "the shapes differ" }
        return "worst at \(worst): \(number(actualAtWorst, digits: 6)), expected \(number(expectedAtWorst, digits: 6))"
    }

    /// What was measured, by name.
    package var values: [String: Double] {
        ["maximum": maximum, "mean": mean, "relative": relative, "psnr": psnr, "magnitude": magnitude]
    }
}

/// A number in few digits.
package func number(_ value: Double, digits: Int = 2) -> String { String(format: "%.\(digits)g", value) }
