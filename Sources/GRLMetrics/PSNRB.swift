import Foundation

/// Peak signal-to-noise ratio with blocking effects (C. Yim and A. C. Bovik, "Quality Assessment of Deblocked Images",
/// IEEE Transactions on Image Processing 20, 2011): steps across the borders of 8 × 8 blocks that exceed the steps
/// elsewhere count as additional error. Made for gray or luma; of several channels it is the mean.
package enum PSNRB {
    private static let blockSize = 8

    /// - Parameter image: the restored image, whose blocking is measured.
    /// - Throws: `MetricError` when the images differ in size or channels.
    package static func measure(_ image: MetricImage, against reference: MetricImage) throws -> Double {
        let (channels, height, width) = (image.channels, image.height, image.width)
        return try image.compare(with: reference) { samples, expected in
            var sum = 0.0
            for channel in 0..<channels {
                let plane = UnsafeBufferPointer(rebasing: samples[(channel * height * width)...].prefix(height * width))
                let other = UnsafeBufferPointer(
                    rebasing: expected[(channel * height * width)...].prefix(height * width))
                let error = PSNR.meanSquaredError(plane, other)
                sum -= 10 * log10(error + blockingEffect(plane, height: height, width: width))
            }
            return sum / Double(channels)
        }
    }

    /// The blocking effect factor: how much the mean squared step across block borders exceeds that within blocks,
    /// weighted with `log2(8) / log2(min(height, width))`.
    private static func blockingEffect(_ plane: UnsafeBufferPointer<Float>, height: Int, width: Int) -> Double {
        var border = (sum: 0.0, count: 0)
        var inner = (sum: 0.0, count: 0)
        func add(_ difference: Float, isBorder: Bool) {
            let square = Double(difference) * Double(difference)
            if isBorder {
                border = (border.sum + square, border.count + 1)
            } else {
                inner = (inner.sum + square, inner.count + 1)
            }
        }
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                if x + 1 < width { add(plane[index] - plane[index + 1], isBorder: (x + 1) % blockSize == 0) }
                if y + 1 < height { add(plane[index] - plane[index + width], isBorder: (y + 1) % blockSize == 0) }
            }
        }
        guard border.count > 0, inner.count > 0, min(height, width) > 1 else { return 0 }
        let excess = border.sum / Double(border.count) - inner.sum / Double(inner.count)
        return excess > 0 ? log2(Double(blockSize)) / log2(Double(min(height, width))) * excess : 0
    }
}
