import Foundation

/// Structural similarity (Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, IEEE Transactions on Image
/// Processing 13, 2004) as its MATLAB reference computes it: a Gaussian window of 11 × 11 with σ = 1.5, K1 = 0.01,
/// K2 = 0.03, only where the window lies within the image. Of several channels it is the mean.
package enum SSIM {
    private static let window: [Double] = {
        let weights = (-5...5).map { exp(-Double($0 * $0) / (2 * 1.5 * 1.5)) }
        return weights.map { $0 / weights.reduce(0, +) }
    }()

    /// 1 for equal images.
    ///
    /// - Throws: `MetricError` when the images differ in size or channels, or a side is below 11 pixels.
    package static func measure(_ image: MetricImage, against reference: MetricImage) throws -> Double {
        let (channels, height, width) = (image.channels, image.height, image.width)
        guard height >= window.count, width >= window.count else {
            throw MetricError(
                .shape, "SSIM needs \(window.count) pixels on each side; the image has \(width) × \(height)")
        }
        return try image.compare(with: reference) { a, b in
            var sum = 0.0
            for plane in 0..<channels {
                let start = plane * height * width
                var moments = WindowedMoments(width: width, window: window)
                for y in 0..<height {
                    let row = (start + y * width)..<(start + (y + 1) * width)
                    moments.push(UnsafeBufferPointer(rebasing: a[row]), UnsafeBufferPointer(rebasing: b[row]))
                    if y + 1 >= window.count { sum += moments.similaritySum() }
                }
            }
            return sum / Double(channels * (height - window.count + 1) * (width - window.count + 1))
        }
    }
}

/// Weighted means of a, b, a², b² and ab under a separable window that moves down two planes.
private struct WindowedMoments {
    private static let count = 5
    private let window: [Double]
    private let columns: Int
    /// The last rows, filtered along x, `[window, 5, columns]`; row y stands at y modulo the window's size.
    private var rows: [Double]
    private var nextRow = 0

    init(width: Int, window: [Double]) {
        self.window = window
        columns = width - window.count + 1
        rows = [Double](repeating: 0, count: window.count * Self.count * columns)
    }

    mutating func push(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) {
        let base = nextRow % window.count * Self.count * columns
        for x in 0..<columns {
            var (meanA, meanB, squareA, squareB, product) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for (offset, weight) in window.enumerated() {
                let (valueA, valueB) = (Double(a[x + offset]), Double(b[x + offset]))
                meanA += weight * valueA
                meanB += weight * valueB
                squareA += weight * valueA * valueA
                squareB += weight * valueB * valueB
                product += weight * valueA * valueB
            }
            rows[base + x] = meanA
            rows[base + columns + x] = meanB
            rows[base + 2 * columns + x] = squareA
            rows[base + 3 * columns + x] = squareB
            rows[base + 4 * columns + x] = product
        }
        nextRow += 1
    }

    /// The sum of the similarities of all windows that end in the last row pushed.
    func similaritySum() -> Double {
        let (c1, c2) = (0.01 * 0.01, 0.03 * 0.03)
        var sum = 0.0
        for x in 0..<columns {
            let meanA = mean(of: 0, at: x)
            let meanB = mean(of: 1, at: x)
            let varianceA = mean(of: 2, at: x) - meanA * meanA
            let varianceB = mean(of: 3, at: x) - meanB * meanB
            let covariance = mean(of: 4, at: x) - meanA * meanB
            sum +=
                (2 * meanA * meanB + c1) * (2 * covariance + c2)
                / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
        }
        return sum
    }

    private func mean(of moment: Int, at x: Int) -> Double {
        var result = 0.0
        for (offset, weight) in window.enumerated() {
            let row = (nextRow + offset) % window.count
            result += weight * rows[(row * Self.count + moment) * columns + x]
        }
        return result
    }
}
