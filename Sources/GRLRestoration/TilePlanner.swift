/// Decides how a picture goes through a network: whole, or in tiles.
package struct TilePlanner: Sendable {
    /// Tiles that are chosen for memory's sake are not smaller than this unless the network wants it, in pixels.
    private static let smallestTile = 32

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
            if let error = try excess(height: tileHeight, width: tileWidth) { throw error }
            return try TileGrid(
                rows: axis(length: height, tile: tileHeight), columns: axis(length: width, tile: tileWidth))
        case .dynamic(let multiple, let minimum):
            let accepted = { (length: Int) in
                contract.acceptedLength(length, multiple: multiple, minimum: minimum)
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
            guard memoryLimit != nil, let error = try missing(side) else { return try grid(side) }
            guard tile == nil else { throw error }
            return try frugalGrid(below: whole, multiple: multiple, minimum: minimum, grid, missing)
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

    /// The fewest tiles that fit into memory, and of that number the smallest ones. `whole` does not fit.
    private func frugalGrid(
        below whole: Int, multiple: Int, minimum: Int, _ grid: (Int) throws -> TileGrid,
        _ missing: (Int) throws -> RestorationError?
    ) throws -> TileGrid {
        var unit = multiple
        while unit < Self.smallestTile { unit *= 2 }
        let smallest = (minimum + unit - 1) / unit
        guard smallest * unit < whole else {
            throw try missing(whole) ?? RestorationError(.memory, "the picture needs more memory than is allowed")
        }
        if let error = try missing(smallest * unit) { throw error }
        var (accepted, refused) = (smallest, (whole + unit - 1) / unit)
        while refused - accepted > 1 {
            let middle = (accepted + refused) / 2
            if try missing(middle * unit) == nil { accepted = middle } else { refused = middle }
        }
        var best = try grid(accepted * unit)
        while accepted > smallest {
            accepted -= 1
            let smaller = try grid(accepted * unit)
            guard smaller.count == best.count else { break }
            best = smaller
        }
        return best
    }

    /// The error to throw where a run of this size needs more memory than is allowed.
    private func excess(height: Int, width: Int) throws -> RestorationError? {
        guard let memoryLimit, let needed = try peakBytes(height, width), needed > memoryLimit else { return nil }
        return RestorationError(
            .memory,
            "a run at \(width)×\(height) pixels needs \(mebibytes(needed)), and \(mebibytes(max(memoryLimit, 0))) are "
                + "left for it; allow more memory or give a smaller picture")
    }

    private func mebibytes(_ bytes: Int) -> String { "\(bytes >> 20) MiB" }
}
