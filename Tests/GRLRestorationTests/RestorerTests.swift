import GRLImaging
import GRLRestoration
import GRLTensor
import Synchronization
import Testing

private func contract(
    _ input: Int = 3, _ output: Int = 3, scale: Int = 1, _ size: ModelContract.Size = .dynamic(multiple: 1, minimum: 1)
) -> ModelContract {
    ModelContract(inputChannels: input, outputChannels: output, scale: scale, size: size)
}

private func contract(_ size: ModelContract.Size) -> ModelContract { contract(3, 3, size) }

/// A picture whose samples follow from their place.
private func image(
    _ width: Int, _ height: Int, _ color: Image.ColorModel = .rgb, depth: Image.BitDepth = .eight, alpha: Bool = false
) throws -> Image {
    var image = try Image(width: width, height: height, bitDepth: depth, colorModel: color, hasAlpha: alpha)
    try image.withUnsafeMutableBytes { bytes in
        for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 37 &+ index / 11) }
    }
    return image
}

private func bytes(_ image: Image) -> [UInt8] { image.withUnsafeBytes { Array($0) } }

@Suite struct RestorerTests {
    @Test(arguments: [Image.BitDepth.eight, .sixteen], [Image.ColorModel.gray, .rgb])
    func identityKeepsEverySample(_ depth: Image.BitDepth, _ color: Image.ColorModel) async throws {
        let picture = try image(37, 21, color, depth: depth, alpha: true)
        for channels in [1, 3] {
            for size in [ModelContract.Size.dynamic(multiple: 16, minimum: 32), .fixed(height: 16, width: 24)] {
                let restorer = try Restorer(network: FunctionNetwork(), contract: contract(channels, channels, size))
                let restored = try await restorer.restore(picture)
                #expect(restored.bitDepth == depth && restored.colorModel == color && restored.hasAlpha)
                #expect(bytes(restored) == bytes(picture))
            }
        }
    }

    @Test func tilesOfALocalNetworkShowNoSeams() async throws {
        let picture = try image(150, 130, depth: .sixteen)
        let network = FunctionNetwork { try $0.blurred() }
        let whole = try await Restorer(network: network, contract: contract()).restore(picture)
        var options = RestorerOptions()
        options.tile = 64
        let tiled = try await Restorer(network: network, contract: contract(), options: options).restore(picture)
        let fixed = try await Restorer(network: network, contract: contract(.fixed(height: 64, width: 64)))
            .restore(picture)
        #expect(largestDifference(whole, tiled) < 0.01)
        #expect(bytes(tiled) == bytes(fixed))
        #expect(bytes(tiled) != bytes(whole))
    }

    @Test func blendingIsExactWhereTilesAgree() async throws {
        let picture = try image(100, 90)
        let network = FunctionNetwork { tile in
            try Tensor(try tile.elements(of: Float.self).map { 1 - $0 }, shape: tile.shape)
        }
        var options = RestorerOptions()
        options.tile = 32
        let whole = try await Restorer(network: network, contract: contract()).restore(picture)
        let tiled = try await Restorer(network: network, contract: contract(), options: options).restore(picture)
        #expect(bytes(whole) == bytes(tiled))
    }

    @Test func enlargingModelsEnlargeColourAndAlpha() async throws {
        let picture = try image(19, 13, alpha: true)
        for size in [ModelContract.Size.dynamic(multiple: 4, minimum: 4), .fixed(height: 8, width: 8)] {
            let restorer = try Restorer(
                network: FunctionNetwork { try $0.repeated(3) }, contract: contract(3, 3, scale: 3, size))
            let restored = try await restorer.restore(picture)
            #expect(restored.width == 57 && restored.height == 39)
            let (source, result) = (bytes(picture), bytes(restored))
            for y in 0..<39 {
                for x in 0..<57 {
                    for channel in 0..<3 {
                        #expect(result[(y * 57 + x) * 4 + channel] == source[(y / 3 * 19 + x / 3) * 4 + channel])
                    }
                }
            }
            #expect(result[(57 + 1) * 4 + 3] == source[3])
        }
    }

    @Test func grayThroughColourIsTheMeanOfWhatComesBack() async throws {
        let network = FunctionNetwork { tile in
            try .picture(3, tile.shape[2], tile.shape[3]) { channel, _, _ in Float(channel) / 10 }
        }
        let restored = try await Restorer(network: network, contract: contract()).restore(image(4, 4, .gray))
        #expect(restored.colorModel == .gray)
        #expect(bytes(restored).allSatisfy { $0 == 26 })
    }

    @Test func alphaIsKeptDroppedOrRestored() async throws {
        let picture = try image(9, 7, alpha: true)
        let network = FunctionNetwork { tile in
            try Tensor(try tile.elements(of: Float.self).map { 1 - $0 }, shape: tile.shape)
        }
        for (alpha, expected) in [(RestorerOptions.Alpha.keep, 5), (.restore, 250)] {
            var picture = picture
            try picture.withUnsafeMutableBytes { $0[3] = 5 }
            var options = RestorerOptions()
            options.alpha = alpha
            let restored = try await Restorer(network: network, contract: contract(), options: options).restore(picture)
            #expect(Int(bytes(restored)[3]) == expected)
            #expect(bytes(restored)[0] == 255 - bytes(picture)[0])
        }
        var options = RestorerOptions()
        options.alpha = .drop
        let restored = try await Restorer(network: network, contract: contract(), options: options).restore(picture)
        #expect(!restored.hasAlpha)
        #expect(bytes(restored).count == 9 * 7 * 3)
    }

    @Test func ensembleAveragesOverSymmetries() async throws {
        // A network that is right in the upper left pixel alone: the mean over all symmetries spreads that evenly.
        let network = FunctionNetwork { tile in
            try .picture(3, tile.shape[2], tile.shape[3]) { _, y, x in x == 0 && y == 0 ? 0.8 : 0 }
        }
        var options = RestorerOptions()
        options.ensemble = true
        let restored = try await Restorer(network: network, contract: contract(), options: options).restore(image(6, 4))
        let samples = bytes(restored)
        for (index, sample) in samples.enumerated() {
            let (x, y) = (index / 3 % 6, index / 18)
            let isCorner = (x == 0 || x == 5) && (y == 0 || y == 3)
            #expect(sample == (isCorner ? 51 : 0))
        }
    }

    @Test func ensembleOfAnOblongModelTakesFlips() async throws {
        let runs = Mutex(0)
        let network = FunctionNetwork { tile in
            runs.withLock { $0 += 1 }
            return tile
        }
        var options = RestorerOptions()
        options.ensemble = true
        let restorer = try Restorer(
            network: network, contract: contract(.fixed(height: 8, width: 16)), options: options)
        let picture = try image(16, 8)
        #expect(bytes(try await restorer.restore(picture)) == bytes(picture))
        #expect(runs.withLock { $0 } == 4)
    }

    @Test func twoViewsGoInTogether() async throws {
        let network = FunctionNetwork { tile in
            let source = try tile.elements(of: Float.self)
            let count = tile.shape[2] * tile.shape[3]
            return try .picture(3, tile.shape[2], tile.shape[3]) { channel, y, x in
                let pixel = y * tile.shape[3] + x
                return abs(source[channel * count + pixel] - source[(channel + 3) * count + pixel])
            }
        }
        let restorer = try Restorer(network: network, contract: contract(6, 3))
        let left = try image(5, 4)
        #expect(bytes(try await restorer.restore(left: left, right: left)).allSatisfy { $0 == 0 })
        let black = try Image(width: 5, height: 4)
        #expect(bytes(try await restorer.restore(left: left, right: black)) == bytes(left))
        await #expect(throws: RestorationError.self) { try await restorer.restore(left) }
        await #expect(throws: RestorationError.self) { try await restorer.restore(left: left, right: image(5, 5)) }
        await #expect(throws: RestorationError.self) {
            try await Restorer(network: network, contract: contract()).restore(left: left, right: left)
        }
    }

    @Test func progressCountsEveryTile() async throws {
        let reports = Mutex<[RestorationProgress]>([])
        var options = RestorerOptions()
        options.tile = 32
        options.overlap = 0
        options.alpha = .restore
        let restorer = try Restorer(network: FunctionNetwork(), contract: contract(1, 1), options: options)
        _ = try await restorer.restore(image(64, 33, alpha: true)) { report in reports.withLock { $0.append(report) } }
        let seen = reports.withLock { $0 }
        #expect(seen.map(\.completedTiles) == (0..<16).flatMap { [$0, $0] } + [16])
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.fraction < $1.fraction })
        #expect(seen.allSatisfy { $0.tileCount == 16 })
        #expect(seen.first?.remaining == nil)
        #expect(seen.last?.remaining == .zero)
        #expect(seen.last?.fraction == 1)
        #expect(try restorer.tileCount(width: 64, height: 33) == 4)
    }

    @Test func cancellationStopsBetweenTiles() async throws {
        let runs = Mutex(0)
        let network = FunctionNetwork { tile in
            if runs.withLock({
                $0 += 1; return $0
            }) == 3 {
                withUnsafeCurrentTask { $0?.cancel() }
            }
            return tile
        }
        var options = RestorerOptions()
        options.tile = 32
        let restorer = try Restorer(network: network, contract: contract(), options: options)
        let picture = try image(300, 300)
        let task = Task { try await restorer.restore(picture) }
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(runs.withLock { $0 } == 3)
    }

    @Test func notANumberIsAnErrorUnlessAllowed() async throws {
        let network = FunctionNetwork { tile in
            try .picture(3, tile.shape[2], tile.shape[3]) { $0 == 1 && $1 == 2 && $2 == 3 ? .nan : 1 }
        }
        let error = await #expect(throws: RestorationError.self) {
            _ = try await Restorer(network: network, contract: contract()).restore(image(8, 8))
        }
        #expect(error?.code == .notANumber)
        #expect(error?.message.contains("x = 3, y = 2") == true)
        var options = RestorerOptions()
        options.notANumber = .zero
        let restored = try await Restorer(network: network, contract: contract(), options: options).restore(image(8, 8))
        #expect(bytes(restored)[(2 * 8 + 3) * 3 + 1] == 0)
        #expect(bytes(restored).count { $0 == 0 } == 1)
    }

    @Test func wrongOutputsOfANetworkAreErrors() async throws {
        let network = FunctionNetwork { try $0.repeated(2) }
        let error = await #expect(throws: RestorationError.self) {
            _ = try await Restorer(network: network, contract: contract()).restore(image(8, 8))
        }
        #expect(error?.code == .contract)
    }

    @Test func impossibleOptionsAreErrors() throws {
        for change: (inout RestorerOptions) -> Void in [
            { $0.tile = 0 }, { $0.tile = .max }, { $0.overlap = -1 }, { $0.threads = 0 }, { $0.memoryLimit = 0 },
            {
                $0.tile = 64
                $0.overlap = 64
            },
        ] {
            var options = RestorerOptions()
            change(&options)
            let error = #expect(throws: RestorationError.self) {
                try Restorer(network: FunctionNetwork(), contract: contract(), options: options)
            }
            #expect(error?.code == .options)
        }
    }

    @Test func memoryLimitsCutIntoTiles() throws {
        var options = RestorerOptions()
        options.memoryLimit = 640_000
        let restorer = try Restorer(
            network: FunctionNetwork(bytesPerPixel: 100), contract: contract(.dynamic(multiple: 8, minimum: 8)),
            options: options)
        #expect(try restorer.tileCount(width: 64, height: 64) == 1)
        #expect(try restorer.tileCount(width: 128, height: 64) > 1)
        #expect(throws: RestorationError.self) { try restorer.tileCount(width: 1000, height: 1000) }
        #expect(throws: RestorationError.self) { try restorer.tileCount(width: .max, height: 1) }
    }

    private func largestDifference(_ a: Image, _ b: Image) -> Double {
        func samples(_ image: Image) -> [UInt16] {
            image.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }
        }
        return zip(samples(a), samples(b)).map { abs(Double($0) - Double($1)) / 65535 }.max() ?? 0
    }
}
