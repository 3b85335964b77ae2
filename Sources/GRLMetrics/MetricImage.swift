package import GRLTensor

/// An image to be measured: float32 planes `[channels, height, width]` whose samples run from 0 to 1.
package struct MetricImage: Sendable {
    /// The samples, `[channels, height, width]`.
    package let planes: Tensor
    package var channels: Int { planes.shape[0] }
    package var height: Int { planes.shape[1] }
    package var width: Int { planes.shape[2] }

    /// Takes `[channels, height, width]` or `[1, channels, height, width]`.
    ///
    /// - Throws: `MetricError` for other shapes, empty ones and other element types.
    package init(_ tensor: Tensor) throws {
        let dimensions = tensor.shape.dimensions
        let isBatch = dimensions.count == 4 && dimensions[0] == 1
        guard isBatch || dimensions.count == 3, tensor.elementType == .float32, tensor.count > 0 else {
            throw MetricError(.shape, "\(tensor) is no image; float32[channels, height, width] is one")
        }
        planes = isBatch ? try tensor.reshaped(to: Shape(Array(dimensions.dropFirst()))) : tensor
    }

    /// The image without `border` pixels on each side, as super-resolution results are usually measured.
    ///
    /// - Throws: `MetricError` when nothing is left; memory errors.
    package func cropped(border: Int) throws -> MetricImage {
        guard border > 0 else { return self }
        guard border < height, border < width, 2 * border < height, 2 * border < width else {
            throw MetricError(.shape, "a border of \(border) pixels leaves nothing of \(width) × \(height)")
        }
        let (newHeight, newWidth) = (height - 2 * border, width - 2 * border)
        let result = try Tensor(uninitialized: .float32, shape: Shape([channels, newHeight, newWidth]))
        try planes.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for row in 0..<channels * newHeight {
                    let (channel, y) = row.quotientAndRemainder(dividingBy: newHeight)
                    let from = (channel * height + y + border) * width + border
                    for x in 0..<newWidth { target[row * newWidth + x] = source[from + x] }
                }
            }
        }
        return try MetricImage(result)
    }

    /// The image as a file of integer samples holds it: samples cut off at 0 and 1, and rounded to the nearest multiple
    /// of `1 / largest`; 255 for 8 bits. Nil only cuts off.
    ///
    /// - Throws: memory errors.
    package func rounded(largest: Int?) throws -> MetricImage {
        let result = try Tensor(uninitialized: .float32, shape: planes.shape)
        let steps = largest.map { Float($0) }
        try planes.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for index in source.indices {
                    let sample = max(0, min(1, source[index]))
                    target[index] = steps.map { (sample * $0).rounded() / $0 } ?? sample
                }
            }
        }
        return try MetricImage(result)
    }

    /// The luma of MATLAB's `rgb2ycbcr`: ITU-R BT.601 in studio range, `(65.481 R + 128.553 G + 24.966 B + 16) / 255`,
    /// not rounded. A gray image counts as R = G = B.
    ///
    /// - Throws: `MetricError` unless there are 1 or 3 channels; memory errors.
    package func matlabLuma() throws -> MetricImage {
        guard channels == 1 || channels == 3 else {
            throw MetricError(.shape, "luma needs 1 or 3 channels, not \(channels)")
        }
        let count = height * width
        let (green, blue) = channels == 3 ? (count, 2 * count) : (0, 0)
        let result = try Tensor(uninitialized: .float32, shape: Shape([1, height, width]))
        try planes.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for index in 0..<count {
                    let weighted =
                        65.481 * Double(source[index]) + 128.553 * Double(source[green + index])
                        + 24.966 * Double(source[blue + index])
                    target[index] = Float((weighted + 16) / 255)
                }
            }
        }
        return try MetricImage(result)
    }

    /// Calls `body` with the samples of both images.
    ///
    /// - Throws: `MetricError` when the images differ in size or channels, and what `body` throws.
    func compare<Result>(
        with other: MetricImage, _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard planes.shape == other.planes.shape else {
            throw MetricError(.shape, "images of the shapes \(planes.shape) and \(other.planes.shape) do not compare")
        }
        return try planes.withElements(of: Float.self) { own in
            try other.planes.withElements(of: Float.self) { try body(own, $0) }
        }
    }
}
