import CKernels
import GRLGraph
import GRLTensor

/// Means and products of the channels of float32 images [B, H, W, C], on all threads. Pieces are cut by sizes alone.
struct FastChannelWeighting {
    let images: Int
    /// Pixels of an image.
    let pixels: Int
    let channels: Int

    /// Pixels that are summed in float32; such sums are then added in float64.
    private static let summedPixels = 256

    /// The means of all channels, image by image.
    ///
    /// - Throws: `DTYPE`.
    func means(of input: Tensor, on executor: any ParallelExecutor) throws -> [[Double]] {
        let blocks = (pixels - 1) / Self.summedPixels + 1
        let x = try input.floats()
        let add = grl_kernels().pointee.binary.add.vector_vector
        var sums = [Float](repeating: 0, count: images * blocks * channels)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let sums = sums.baseAddress else { return }
            executor.forEachRange(of: images * blocks, grain: max((1 << 8) / channels, 1)) { range in
                for index in range {
                    let (image, block) = index.quotientAndRemainder(dividingBy: blocks)
                    let first = block * Self.summedPixels
                    for pixel in first..<min(first + Self.summedPixels, pixels) {
                        let sum = sums + index * channels
                        add(sum, x + (image * pixels + pixel) * channels, sum, channels)
                    }
                }
            }
        }
        withExtendedLifetime(input) {}
        return (0..<images).map { image in
            (0..<channels).map { channel in
                let sum = (image * blocks..<(image + 1) * blocks).reduce(0) {
                    $0 + Double(sums[$1 * channels + channel])
                }
                return sum / Double(pixels)
            }
        }
    }

    /// Writes input · factors[image] + residuals to `result`, which may lie on the input.
    ///
    /// - Throws: `DTYPE`.
    func weight(
        _ input: Tensor, by factors: [[Float]], adding residuals: [Tensor], into result: Tensor,
        on executor: any ParallelExecutor
    ) throws {
        let (x, y) = (try input.floats(), try result.mutableFloats())
        let others = try residuals.map { try $0.floats() }
        let (add, multiply) = (
            grl_kernels().pointee.binary.add.vector_vector, grl_kernels().pointee.binary.multiply.vector_vector
        )
        // Factors repeated, so that vectors are long.
        let repeats = min(max((1 << 11) / channels, 1), pixels)
        let rows = factors.map { row in (0..<repeats).flatMap { _ in row } }
        let blocks = (pixels - 1) / repeats + 1
        executor.forEachRange(of: images * blocks, grain: max((1 << 15) / (repeats * channels), 1)) { range in
            for index in range {
                let (image, block) = index.quotientAndRemainder(dividingBy: blocks)
                let first = image * pixels + block * repeats
                let count = min(repeats, (image + 1) * pixels - first) * channels
                let place = first * channels
                multiply(x + place, rows[image], y + place, count)
                for other in others { add(y + place, other + place, y + place, count) }
            }
        }
        withExtendedLifetime((input, result, residuals)) {}
    }
}
