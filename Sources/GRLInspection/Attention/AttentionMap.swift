import GRLOperators
import Glibc

/// How much something looks at each pixel of an image, `[height, width]`.
package struct AttentionMap: Sendable {
    package let height: Int
    package let width: Int
    /// Weights, row-major; 0 where it does not look.
    package private(set) var weights: [Double]
    /// The pixels that it may look at: those of its window or stripe.
    package private(set) var isSeen: [Bool]

    init(_ extents: PixelPair) {
        (height, width) = (extents.y, extents.x)
        weights = Array(repeating: 0, count: extents.y * extents.x)
        isSeen = Array(repeating: false, count: weights.count)
    }

    /// Adds a row, times `factor`.
    mutating func add(_ row: AttentionRow, times factor: Double) {
        for (pixel, weight) in zip(row.pixels, row.weights) {
            weights[pixel] += factor * weight
            isSeen[pixel] = true
        }
    }

    /// The pixel with the largest weight, row-major.
    package var strongest: Int { weights.indices.max { weights[$0] < weights[$1] } ?? 0 }

    /// The sum of the weights of rows 0 ..< `rows` and columns 0 ..< `columns`.
    package func share(ofRows rows: Int, columns: Int) -> Double {
        weights.indices.reduce(0) {
            $1 / max(width, 1) < rows && $1 % max(width, 1) < columns ? $0 + weights[$1] : $0
        }
    }

    /// How many pixels would share the weight evenly if there was as much choice: e to the entropy of the weights.
    package var effectivePixels: Double {
        exp(weights.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 })
    }

    /// The mean distance in pixels from pixel (`row`, `column`), by weight.
    package func meanDistance(fromRow row: Int, column: Int) -> Double {
        weights.indices.reduce(0) { sum, index in
            let (y, x) = (index / max(width, 1) - row, index % max(width, 1) - column)
            return sum + weights[index] * Double(y * y + x * x).squareRoot()
        }
    }
}
