/// Gray from colour and back, on planes of float samples.
package enum Luma {
    /// The weights of red, green and blue in ITU-R BT.601's luma.
    package static let weights: (red: Float, green: Float, blue: Float) = (0.299, 0.587, 0.114)

    /// Writes the luma of `rgb`, `[3, H, W]`, to `gray`, `[1, H, W]`. Throws `ImageError` (`shape`) when the sizes do
    /// not fit.
    package static func gray(
        fromRGB rgb: UnsafeBufferPointer<Float>, to gray: UnsafeMutableBufferPointer<Float>
    ) throws(ImageError) {
        let count = gray.count
        guard rgb.count == 3 * count else { throw mismatch(rgb.count, count) }
        for index in 0..<count {
            gray[index] =
                weights.red * rgb[index] + weights.green * rgb[count + index] + weights.blue * rgb[2 * count + index]
        }
    }

    /// Writes `gray`, `[1, H, W]`, to each plane of `rgb`, `[3, H, W]`. Throws `ImageError` (`shape`) when the sizes do
    /// not fit.
    package static func rgb(
        fromGray gray: UnsafeBufferPointer<Float>, to rgb: UnsafeMutableBufferPointer<Float>
    ) throws(ImageError) {
        let count = gray.count
        guard rgb.count == 3 * count else { throw mismatch(rgb.count, count) }
        for plane in 0..<3 {
            for index in 0..<count {
                rgb[plane * count + index] = gray[index]
            }
        }
    }

    private static func mismatch(_ colour: Int, _ gray: Int) -> ImageError {
        ImageError(.shape, "\(colour) colour values do not belong to \(gray) gray ones")
    }
}
