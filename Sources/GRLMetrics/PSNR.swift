import Foundation

/// Peak signal-to-noise ratio in decibels: `10 log10(1 / MSE)` over all samples of all channels.
package enum PSNR {
    /// Infinite for equal images.
    ///
    /// - Throws: `MetricError` when the images differ in size or channels.
    package static func measure(_ image: MetricImage, against reference: MetricImage) throws -> Double {
        try image.compare(with: reference) { -10 * log10(meanSquaredError($0, $1)) }
    }

    static func meanSquaredError(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Double {
        var sum = 0.0
        for index in 0..<min(a.count, b.count) {
            let difference = Double(a[index]) - Double(b[index])
            sum += difference * difference
        }
        return sum / Double(a.count)
    }
}
