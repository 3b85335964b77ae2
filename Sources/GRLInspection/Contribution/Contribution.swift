package import GRLImaging
import Glibc

/// How much each square of a picture, covered, changes a region of a network's output.
package struct Contribution: Sendable {
    /// The picture's size in pixels.
    package let height: Int
    package let width: Int
    /// Pixels of a square's side; those at the right and the lower edge may be cut.
    package let square: Int
    /// The largest change of a sample of the region, from 0 to 1, for each square, row-major.
    package let changes: [Float]

    /// Squares in a row.
    package var columns: Int { (width - 1) / square + 1 }

    /// The part of the picture's pixels whose covering changes the region by more than `threshold`.
    package func share(above threshold: Float) -> Double {
        let pixels = changes.indices.reduce(0) { changes[$1] > threshold ? $0 + area(ofSquare: $1) : $0 }
        return Double(pixels) / Double(max(width * height, 1))
    }

    /// The largest distance in pixels, along an axis, from a region of the picture to a square whose covering changes
    /// the output by more than `threshold`; 0 where there is none outside the region.
    package func reach(from region: PixelRegion, above threshold: Float) -> Int {
        changes.indices.reduce(0) { reach, index in
            guard changes[index] > threshold else { return reach }
            let (x, y) = (index % columns * square, index / columns * square)
            let (right, bottom) = (min(x + square, width), min(y + square, height))
            return max(
                reach, region.x - x, right - (region.x + region.width), region.y - y,
                bottom - (region.y + region.height))
        }
    }

    /// The changes over the picture, by their logarithm: dark where a change is not above `threshold`, bright where it
    /// is the largest. `region` is framed.
    ///
    /// - Throws: an ``ImageError`` where the result is too large.
    package func picture(over image: Image, region: PixelRegion, threshold: Float) throws -> Image {
        let finite = changes.filter { $0.isFinite && $0 > threshold }
        let largest = max(finite.max() ?? 1, threshold * 2)
        let least = max(threshold, largest * 1e-6)
        let layer = HeatMapPicture.Layer(
            cell: square, columns: columns,
            strengths: changes.map { change in
                guard change > threshold else { return nil }
                guard change.isFinite, change < largest else { return 1 }
                return 0.15 + 0.85 * Double(log(max(change, least) / least) / log(largest / least))
            })
        return try HeatMapPicture(image).draw([layer], frame: region)
    }

    /// Pixels of a square.
    private func area(ofSquare index: Int) -> Int {
        let (x, y) = (index % columns * square, index / columns * square)
        return (min(x + square, width) - x) * (min(y + square, height) - y)
    }
}
