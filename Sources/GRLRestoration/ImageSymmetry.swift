package import GRLTensor

/// One of the eight symmetries of the pixel grid: an optional transpose after optional flips.
package struct ImageSymmetry: Hashable, Sendable {
    package let transposes: Bool
    package let flipsRows: Bool
    package let flipsColumns: Bool

    package init(transposes: Bool, flipsRows: Bool, flipsColumns: Bool) {
        self.transposes = transposes
        self.flipsRows = flipsRows
        self.flipsColumns = flipsColumns
    }

    /// The picture as it is.
    package static let identity = ImageSymmetry(transposes: false, flipsRows: false, flipsColumns: false)
    /// Identity, both flips, and the half turn: what keeps height and width.
    package static let flips = all(transposes: [false])
    /// All eight.
    package static let all = all(transposes: [false, true])

    private static func all(transposes: [Bool]) -> [ImageSymmetry] {
        transposes.flatMap { transpose in
            [false, true].flatMap { rows in
                [false, true].map { ImageSymmetry(transposes: transpose, flipsRows: rows, flipsColumns: $0) }
            }
        }
    }

    /// The picture `[1, C, H, W]` under this symmetry; `[1, C, W, H]` where it transposes.
    package func applied(to picture: Tensor) throws -> Tensor {
        if self == .identity { return picture }
        let (channels, height, width) = (picture.pictureChannels, picture.pictureHeight, picture.pictureWidth)
        let result = try Tensor.picture(
            channels: channels, height: transposes ? width : height, width: transposes ? height : width)
        try picture.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                forEachPair(channels, height, width) { original, changed in target[changed] = source[original] }
            }
        }
        return result
    }

    /// Adds `weight` times `changed`, a picture under this symmetry, to `sum`, which is in the original position.
    package func addInverse(of changed: Tensor, times weight: Float, to sum: Tensor) throws {
        let (channels, height, width) = (sum.pictureChannels, sum.pictureHeight, sum.pictureWidth)
        try changed.withElements(of: Float.self) { source in
            try sum.withMutableElements(of: Float.self) { target in
                forEachPair(channels, height, width) { original, changed in
                    target[original] += weight * source[changed]
                }
            }
        }
    }

    /// Calls `body` with the index of each sample in the original picture of `height` × `width` and in the changed one.
    private func forEachPair(_ channels: Int, _ height: Int, _ width: Int, _ body: (Int, Int) -> Void) {
        for channel in 0..<channels {
            let base = channel * height * width
            for row in 0..<height {
                let y = flipsRows ? height - 1 - row : row
                for column in 0..<width {
                    let x = flipsColumns ? width - 1 - column : column
                    let original = base + row * width + column
                    body(original, base + (transposes ? x * height + y : y * width + x))
                }
            }
        }
    }
}
