/// Decides how a picture goes through a network: whole, or in tiles.
package struct TilePlanner: Sendable {
    package let contract: ModelContract
    /// The tile length that was asked for.
    package let tile: Int?
    /// The overlap that was asked for.
    package let overlap: Int?
    /// Bytes that one run may take.
    package let memoryLimit: Int?
    /// Bytes that a run takes at its peak; nil where that is unknown.
    package let peakBytes: @Sendable (_ height: Int, _ width: Int) throws -> Int?

    package init(
        contract: ModelContract, tile: Int?, overlap: Int?, memoryLimit: Int?,
        peakBytes: @escaping @Sendable (_ height: Int, _ width: Int) throws -> Int?
    ) {
        self.contract = contract
        self.tile = tile
        self.overlap = overlap
        self.memoryLimit = memoryLimit
        self.peakBytes = peakBytes
    }

    /// The tiles for a picture of `height` × `width` pixels.
    ///
    /// - Throws: a ``RestorationError``: `options`, or `memory` when not even the smallest tile fits; what the network
    ///   throws when it is asked for its needs.
    package func grid(height: Int, width: Int) throws -> TileGrid {
        switch contract.size {
        case .fixed(let tileHeight, let tileWidth):
            if let tile, tile != tileHeight || tile != tileWidth {
                throw RestorationError(
                    .options,
                    "the model runs at \(tileWidth)×\(tileHeight) pixels only, so tiles of \(tile) are impossible; "
                        + "leave the tile size out")
            }
            if let excess = try excess(height: tileHeight, width: tileWidth) { throw excess.error() }
            return try TileGrid(
                rows: axis(length: height, tile: tileHeight), columns: axis(length: width, tile: tileWidth))
        case .dynamic(let multiple, let minimum):
            let accepted = { (length: Int) in
                ModelContract.acceptedLength(length, multiple: multiple, minimum: minimum)
            }
            let (fullHeight, fullWidth) = (accepted(height), accepted(width))
            let grid = { (side: Int) in
                try TileGrid(
                    rows: axis(length: fullHeight, tile: min(side, fullHeight)),
                    columns: axis(length: fullWidth, tile: min(side, fullWidth)))
            }
            let missing = { (side: Int) in
                try excess(height: min(side, fullHeight), width: min(side, fullWidth))
            }
            let whole = max(fullHeight, fullWidth)
            let side = min(tile.map(accepted) ?? whole, whole)
            guard memoryLimit != nil, let excess = try missing(side) else { return try grid(side) }
            let steps = TileSteps(multiple: multiple, minimum: minimum, below: side)
            let largest = try steps.largest { try missing($0) == nil }
            guard tile == nil else {
                throw excess.error(hint: largest.map { "tiles of \($0) pixels would fit" })
            }
            guard let largest else {
                throw try (missing(steps.smallest) ?? excess).error(hint: "smaller tiles are not made")
            }
            return try fewestTiles(upTo: largest, steps, grid)
        }
    }

    private func axis(length: Int, tile: Int) throws -> TileAxis {
        guard length > tile else { return TileAxis(length: length, tile: tile, overlap: 0) }
        guard let overlap else {
            return TileAxis(length: length, tile: tile, overlap: Self.defaultOverlap(tile: tile))
        }
        guard overlap < tile else {
            throw RestorationError(
                .options, "tiles of \(tile) pixels cannot overlap by \(overlap); choose an overlap below \(tile / 2)")
        }
        return TileAxis(length: length, tile: tile, overlap: overlap)
    }

    /// About a quarter of the tile, such that the step from tile to tile keeps to the network's windows: a multiple of
    /// the largest power of two, at most a quarter of the tile, that divides the tile.
    package static func defaultOverlap(tile: Int) -> Int {
        var unit = 1
        while unit * 8 <= tile, tile.isMultiple(of: unit * 2) { unit *= 2 }
        return (tile / 4 + unit - 1) / unit * unit
    }

    /// The fewest tiles of at most `largest` pixels, and of that number the smallest ones.
    private func fewestTiles(
        upTo largest: Int, _ steps: TileSteps, _ grid: (Int) throws -> TileGrid
    ) throws -> TileGrid {
        var best = try grid(largest)
        var side = largest - steps.unit
        while side >= steps.smallest {
            let smaller = try grid(side)
            guard smaller.count == best.count else { break }
            best = smaller
            side -= steps.unit
        }
        return best
    }

    /// What is missing where a run of this size needs more memory than is allowed.
    private func excess(height: Int, width: Int) throws -> MemoryExcess? {
        guard let memoryLimit, let needed = try peakBytes(height, width), needed > memoryLimit else { return nil }
        return MemoryExcess(height: height, width: width, needed: needed, allowed: max(memoryLimit, 0))
    }
}

/// The tile lengths that are tried for memory's sake: multiples of a unit of at least 32 pixels.
private struct TileSteps {
    /// Tiles are not smaller than this unless the network wants it, in pixels.
    private static let smallestTile = 32

    let unit: Int
    let smallest: Int
    /// All lengths lie below it.
    let limit: Int

    init(multiple: Int, minimum: Int, below limit: Int) {
        var unit = multiple
        while unit < Self.smallestTile { unit *= 2 }
        self.unit = unit
        smallest = (minimum + unit - 1) / unit * unit
        self.limit = limit
    }

    /// The largest length that fits, where all lengths below one that fits do; nil where none does.
    func largest(where fits: (Int) throws -> Bool) rethrows -> Int? {
        guard smallest < limit, try fits(smallest) else { return nil }
        var (accepted, refused) = (smallest / unit, (limit + unit - 1) / unit)
        while refused - accepted > 1 {
            let middle = (accepted + refused) / 2
            if try fits(middle * unit) { accepted = middle } else { refused = middle }
        }
        return accepted * unit
    }
}

/// A run that needs more memory than is allowed.
private struct MemoryExcess {
    let height: Int
    let width: Int
    let needed: Int
    let allowed: Int

    /// The error to throw; `hint` says what else would help.
    func error(hint: String? = nil) -> RestorationError {
        RestorationError(
            .memory,
            "a run at \(width)×\(height) pixels needs \(megabytes(needed)) MB, and \(allowed / 1_000_000) MB are left for "
                + "it; \(hint.map { $0 + "; " } ?? "")allow at least \(megabytes(needed - allowed)) MB more")
    }

    /// Rounded up.
    private func megabytes(_ bytes: Int) -> Int { bytes / 1_000_000 + (bytes % 1_000_000 == 0 ? 0 : 1) }
}
