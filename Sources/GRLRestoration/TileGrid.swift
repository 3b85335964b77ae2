import Foundation

/// How one direction of a picture is covered by tiles of one length.
package struct TileAxis: Sendable, Hashable {
    /// The length of a tile, in pixels.
    package let tile: Int
    /// Where the tiles begin, in pixels; the last one ends at the (padded) picture's end.
    package let starts: [Int]

    /// Covers `length` pixels; a picture shorter than a tile is padded to one.
    ///
    /// - Parameter overlap: the fewest pixels that neighbours share, below `tile`.
    package init(length: Int, tile: Int, overlap: Int) {
        self.tile = tile
        let last = max(length - tile, 0)
        let step = max(tile - overlap, 1)
        starts = Array(stride(from: 0, to: last, by: step)) + [last]
    }

    /// For each tile, the weights of its `scale · tile` output samples. At every place they sum to 1: they rise and
    /// fall as a raised cosine where neighbours overlap.
    package func weights(scale: Int) -> [[Float]] {
        let length = tile * scale
        let origins = starts.map { $0 * scale }
        var windows = origins.indices.map { index in
            let before = index == 0 ? 0 : origins[index - 1] + length - origins[index]
            let after = index == origins.count - 1 ? 0 : origins[index] + length - origins[index + 1]
            return (0..<length).map { ramp($0, over: before) * ramp(length - 1 - $0, over: after) }
        }
        var sums = [Double](repeating: 0, count: (origins.last ?? 0) + length)
        for (origin, window) in zip(origins, windows) {
            for (offset, weight) in window.enumerated() { sums[origin + offset] += weight }
        }
        for (index, origin) in origins.enumerated() {
            for offset in 0..<length { windows[index][offset] /= sums[origin + offset] }
        }
        return windows.map { $0.map { Float($0) } }
    }

    /// sin² from 0 to 1 over `width` samples, 1 beyond.
    private func ramp(_ index: Int, over width: Int) -> Double {
        guard index < width else { return 1 }
        let sine = sin(Double.pi / 2 * (Double(index) + 0.5) / Double(width))
        return sine * sine
    }
}

/// The tiles that a picture is cut into, row by row.
package struct TileGrid: Sendable, Hashable {
    package let rows: TileAxis
    package let columns: TileAxis

    package init(rows: TileAxis, columns: TileAxis) {
        self.rows = rows
        self.columns = columns
    }

    /// The number of tiles.
    package var count: Int { rows.starts.count * columns.starts.count }
}
