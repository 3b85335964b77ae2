import GRLRestoration
import Testing

@Suite struct TileGridTests {
    @Test func tilesCoverThePictureAndEndWithIt() {
        let axis = TileAxis(length: 200, tile: 64, overlap: 16)
        #expect(axis.starts == [0, 48, 96, 136])
        #expect(TileAxis(length: 64, tile: 64, overlap: 16).starts == [0])
        #expect(TileAxis(length: 20, tile: 64, overlap: 16).starts == [0])
        #expect(TileAxis(length: 112, tile: 64, overlap: 16).starts == [0, 48])
        #expect(TileAxis(length: 65, tile: 64, overlap: 0).starts == [0, 1])
    }

    @Test(arguments: [(200, 64, 16), (130, 64, 0), (97, 32, 31), (64, 64, 8), (65, 64, 32)], [1, 2, 3])
    func weightsSumToOneEverywhere(_ sizes: (length: Int, tile: Int, overlap: Int), _ scale: Int) {
        let axis = TileAxis(length: sizes.length, tile: sizes.tile, overlap: sizes.overlap)
        var sums = [Float](repeating: 0, count: sizes.length * scale)
        for (start, weights) in zip(axis.starts, axis.weights(scale: scale)) {
            #expect(weights.allSatisfy { $0 > 0 && $0 <= 1 })
            for (offset, weight) in weights.enumerated() { sums[start * scale + offset] += weight }
        }
        #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test func weightsRiseSmoothlyAndMeetInTheMiddle() {
        let weights = TileAxis(length: 112, tile: 64, overlap: 16).weights(scale: 1)
        let rise = weights[1].prefix(16)
        #expect(zip(rise, rise.dropFirst()).allSatisfy { $0 < $1 })
        #expect(abs(weights[0][56] + weights[1][8] - 1) < 1e-6)
        #expect(weights[1][0] < 0.01)
        #expect(weights[0][47] == 1)
    }
}

@Suite struct TilePlannerTests {
    private func planner(
        _ size: ModelContract.Size, tile: Int? = nil, overlap: Int? = nil, limit: Int? = nil
    ) -> TilePlanner {
        TilePlanner(
            contract: ModelContract(inputChannels: 3, outputChannels: 3, scale: 1, size: size), tile: tile,
            overlap: overlap, memoryLimit: limit, peakBytes: { $0 * $1 * 1000 })
    }

    @Test func dynamicModelsRunWholeOnPaddedPictures() throws {
        let grid = try planner(.dynamic(multiple: 8, minimum: 16)).grid(height: 45, width: 9)
        #expect(grid.rows == TileAxis(length: 48, tile: 48, overlap: 0))
        #expect(grid.columns == TileAxis(length: 16, tile: 16, overlap: 0))
    }

    @Test func tilesAreRoundedToTheMultiple() throws {
        let grid = try planner(.dynamic(multiple: 8, minimum: 16), tile: 60, overlap: 8).grid(height: 45, width: 300)
        #expect(grid.rows.tile == 48)
        #expect(grid.columns.tile == 64)
        #expect(grid.columns.starts == [0, 56, 112, 168, 224, 240])
    }

    @Test func fixedModelsRunInTilesOfTheirSize() throws {
        let grid = try planner(.fixed(height: 64, width: 128)).grid(height: 100, width: 100)
        #expect(grid.rows == TileAxis(length: 100, tile: 64, overlap: 16))
        #expect(grid.columns == TileAxis(length: 100, tile: 128, overlap: 0))
        #expect(throws: RestorationError.self) {
            try planner(.fixed(height: 64, width: 128), tile: 64).grid(height: 100, width: 100)
        }
    }

    @Test func overlapsKeepToTheWindows() {
        for tile in [64, 96, 128, 144, 192, 256] {
            let overlap = TilePlanner.defaultOverlap(tile: tile)
            #expect((tile / 4...tile / 2).contains(overlap))
            #expect((tile - overlap).isMultiple(of: 8))
        }
        #expect(TilePlanner.defaultOverlap(tile: 1) == 0)
    }

    @Test func memoryLimitsChooseTheLargestTileThatFits() throws {
        let grid = try planner(.dynamic(multiple: 8, minimum: 8), limit: 100 * 100 * 1000).grid(height: 500, width: 400)
        #expect(grid.rows.tile == 96)
        #expect(grid.columns.tile == 96)
        let even = try planner(.dynamic(multiple: 1, minimum: 1), limit: 500 * 500 * 1000).grid(height: 510, width: 510)
        #expect(even.rows.starts.count == 2)
        #expect(even.rows.tile == 320)
        let narrow = try planner(.dynamic(multiple: 8, minimum: 8), limit: 100 * 100 * 1000)
            .grid(height: 1000, width: 16)
        #expect(narrow.columns.tile == 16)
        #expect(narrow.rows.tile == 608)
    }

    @Test func refusalsTellWhatWouldFit() {
        func message(_ size: ModelContract.Size, tile: Int? = nil, limit: Int) -> String? {
            #expect(throws: RestorationError.self) {
                try planner(size, tile: tile, limit: limit).grid(height: 1000, width: 1000)
            }?.message
        }
        let fixed = message(.fixed(height: 64, width: 64), limit: 2 << 20)
        #expect(fixed == "a run at 64×64 pixels needs 5 MB, and 2 MB are left for it; allow at least 2 MB more")
        let tiled = message(.dynamic(multiple: 8, minimum: 8), tile: 256, limit: 10 << 20)
        #expect(tiled?.hasSuffix("; tiles of 96 pixels would fit; allow at least 56 MB more") == true)
        let smallest = message(.dynamic(multiple: 8, minimum: 8), limit: 1000)
        #expect(smallest?.hasPrefix("a run at 32×32 pixels needs 2 MB, and 0 MB are left for it;") == true)
        #expect(smallest?.contains("smaller tiles are not made") == true)
    }

    @Test(arguments: [ModelContract.Size.fixed(height: 64, width: 64), .dynamic(multiple: 1, minimum: 1)])
    func tooLittleMemoryIsAnError(_ size: ModelContract.Size) {
        let error = #expect(throws: RestorationError.self) {
            try planner(size, limit: 1000).grid(height: 100, width: 100)
        }
        #expect(error?.code == .memory)
    }

    @Test func chosenTilesThatNeedTooMuchMemoryAreAnError() {
        let error = #expect(throws: RestorationError.self) {
            try planner(.dynamic(multiple: 1, minimum: 1), tile: 80, limit: 50 * 50 * 1000)
                .grid(height: 100, width: 100)
        }
        #expect(error?.code == .memory)
    }
}
