import GRLTensor

/// Runs a network over all tiles of a picture and blends what comes out.
struct TiledRun: Sendable {
    let network: any ImageNetwork
    let contract: ModelContract
    let grid: TileGrid
    /// What becomes of values that are not numbers.
    let notANumber: RestorerOptions.NotANumber

    /// The restored picture, `[1, C', s·H, s·W]` for `[1, C, H, W]`.
    ///
    /// - Throws: `CancellationError`, a ``RestorationError`` (`notANumber`, `contract`), what the network throws.
    func run(_ picture: Tensor, progress: ProgressMeter) async throws -> Tensor {
        let scale = contract.scale
        let (height, width) = (picture.pictureHeight * scale, picture.pictureWidth * scale)
        let rowWeights = grid.rows.weights(scale: scale)
        let columnWeights = grid.columns.weights(scale: scale)
        var result: Tensor?
        for (row, top) in grid.rows.starts.enumerated() {
            for (column, left) in grid.columns.starts.enumerated() {
                try Task.checkCancellation()
                let tile = try picture.region(
                    top: top, left: left, height: grid.rows.tile, width: grid.columns.tile)
                let restored = try await run(tile: tile, top: top, left: left, progress)
                if grid.count == 1 {
                    result = try restored.region(top: 0, left: 0, height: height, width: width)
                } else {
                    let sum =
                        try result
                        ?? Tensor.blackPicture(
                            channels: contract.outputChannels, height: height, width: width)
                    result = sum
                    try Self.add(
                        restored, rowWeights[row], columnWeights[column], to: sum, top: top * scale, left: left * scale)
                }
                progress.completeTile()
            }
        }
        guard let result else { throw RestorationError(.size, "the picture has no pixels") }
        return result
    }

    private func run(tile: Tensor, top: Int, left: Int, _ progress: ProgressMeter) async throws -> Tensor {
        let restored = try await network.run(tile) { progress.advanceTile(to: $0) }
        let scale = contract.scale
        let expected = [1, contract.outputChannels, tile.pictureHeight * scale, tile.pictureWidth * scale]
        guard restored.shape.dimensions == expected else {
            throw RestorationError(
                .contract, "the model gave \(restored.shape) for a picture of \(tile.shape), not \(expected)")
        }
        return try checked(restored, top: top, left: left)
    }

    /// The tile if all of it is numbers, or what the options want instead.
    private func checked(_ tile: Tensor, top: Int, left: Int) throws -> Tensor {
        let firstIndex = try tile.withElements(of: Float.self) { $0.firstIndex(where: \.isNaN) }
        guard let firstIndex else { return tile }
        guard notANumber == .zero else {
            let pixel = firstIndex % (tile.pictureHeight * tile.pictureWidth)
            let x = left + pixel % tile.pictureWidth / contract.scale
            let y = top + pixel / tile.pictureWidth / contract.scale
            throw RestorationError(
                .notANumber,
                "the model's output is not a number at x = \(x), y = \(y) of the picture; its weights or its arithmetic "
                    + "overflow there")
        }
        let result = try Tensor(uninitialized: .float32, shape: tile.shape)
        try tile.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for index in source.indices { target[index] = source[index].isNaN ? 0 : source[index] }
            }
        }
        return result
    }

    /// Adds the part of `tile` that lies in the picture, times its weights.
    private static func add(
        _ tile: Tensor, _ rowWeights: [Float], _ columnWeights: [Float], to sum: Tensor, top: Int, left: Int
    ) throws {
        let (height, width) = (sum.pictureHeight, sum.pictureWidth)
        let (tileHeight, tileWidth) = (tile.pictureHeight, tile.pictureWidth)
        let rows = min(tileHeight, height - top)
        let columns = min(tileWidth, width - left)
        let channels = sum.pictureChannels
        try tile.withElements(of: Float.self) { source in
            try sum.withMutableElements(of: Float.self) { target in
                for channel in 0..<channels {
                    for y in 0..<max(rows, 0) {
                        let from = (channel * tileHeight + y) * tileWidth
                        let to = (channel * height + top + y) * width + left
                        for x in 0..<max(columns, 0) {
                            target[to + x] += rowWeights[y] * columnWeights[x] * source[from + x]
                        }
                    }
                }
            }
        }
    }
}
