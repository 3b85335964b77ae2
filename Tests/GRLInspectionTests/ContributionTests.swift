import GRLImaging
import GRLInspection
import GRLRestoration
import GRLTensor
import Synchronization
import Testing

/// Which parts of a picture influence a region, for networks of which it is known.
@Suite struct ContributionTests {
    /// Every pixel moved to the right; what comes in from the left is 0.
    private static func moved(_ picture: Tensor, by distance: Int) throws -> Tensor {
        let width = picture.pictureWidth
        let samples = try picture.elements(of: Float.self)
        return try Tensor(
            samples.indices.map { $0 % width >= distance ? samples[$0 - distance] : 0 }, shape: picture.shape)
    }

    private static func run(
        _ picture: Tensor, _ region: PixelRegion, square: Int, distance: Int
    ) async throws -> Contribution {
        try await Occlusion(square: square, region: region).run(on: picture) { try moved($0, by: distance) }
    }

    @Test func onlyTheSquaresUnderTheRegionCount() async throws {
        let picture = try AttentionTests.noise([1, 3, 10, 16])
        let region = PixelRegion(x: 8, y: 4, width: 2, height: 2)
        let contribution = try await Self.run(picture, region, square: 4, distance: 3)
        #expect(contribution.columns == 4 && contribution.changes.count == 12)
        // The region's pixels come from columns 5 and 6.
        let influential = contribution.changes.indices.filter { contribution.changes[$0] > 0 }
        #expect(influential == [5])
        #expect(contribution.share(above: 0) == 16.0 / 160)
        #expect(contribution.reach(from: region, above: 0) == 4)
        #expect(contribution.share(above: 2) == 0 && contribution.reach(from: region, above: 2) == 0)
    }

    @Test func squaresAtTheEdgesAreCut() async throws {
        let picture = try AttentionTests.noise([1, 3, 10, 16])
        let region = PixelRegion(x: 15, y: 9, width: 1, height: 1)
        let contribution = try await Self.run(picture, region, square: 6, distance: 0)
        #expect(contribution.changes.count == 6)
        // 4 × 4 pixels are left of the square in the corner.
        #expect(contribution.share(above: 0) == 16.0 / 160)
    }

    @Test func changesAreTheLargestInTheRegion() async throws {
        let picture = try Tensor([Float](repeating: 0.25, count: 3) + [1], shape: Shape([1, 1, 2, 2]))
        let region = PixelRegion(x: 0, y: 0, width: 2, height: 2)
        let contribution = try await Self.run(picture, region, square: 1, distance: 0)
        // The mean is 7/16.
        #expect(contribution.changes == [0.1875, 0.1875, 0.1875, 0.5625])
        #expect(contribution.share(above: 0.2) == 0.25)
    }

    @Test func everyRunIsCounted() async throws {
        let occlusion = Occlusion(square: 4, region: PixelRegion(x: 0, y: 0, width: 1, height: 1))
        #expect(occlusion.runCount(width: 9, height: 4) == 4)
        let counts = Counter()
        _ = try await occlusion.run(
            on: AttentionTests.noise([1, 1, 4, 9]), progress: { counts.append($0) }, network: { $0 })
        #expect(counts.numbers == [1, 2, 3, 4])
    }

    @Test func cancellationEndsIt() async throws {
        let picture = try AttentionTests.noise([1, 1, 64, 64])
        let task = Task {
            try await Occlusion(square: 1, region: PixelRegion(x: 0, y: 0, width: 1, height: 1)).run(on: picture) {
                withUnsafeCurrentTask { $0?.cancel() }
                return $0
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func regionsStayInside() {
        let region = PixelRegion(x: 3, y: 5, width: 4, height: 2)
        #expect(region.lies(inWidth: 7, height: 7) && !region.lies(inWidth: 6, height: 7))
        #expect(!region.lies(inWidth: 7, height: 6) && !region.lies(inWidth: 2, height: 9))
        #expect(!PixelRegion(x: 1, y: 0, width: .max, height: 1).lies(inWidth: 8, height: 8))
        #expect(region.shrunk(by: 2) == PixelRegion(x: 1, y: 2, width: 3, height: 2))
    }

    @Test func picturesShowWhatChanges() async throws {
        let picture = try AttentionTests.noise([1, 3, 8, 8])
        let region = PixelRegion(x: 0, y: 0, width: 2, height: 2)
        let contribution = try await Self.run(picture, region, square: 4, distance: 0)
        var image = try Image(width: 8, height: 8)
        try image.withUnsafeMutableBytes { bytes in for index in bytes.indices { bytes[index] = 255 } }
        let drawn = try contribution.picture(over: image, region: region, threshold: 0.001)
        #expect((drawn.width, drawn.height) == (768, 768))
        let bytes = drawn.withUnsafeBytes { Array($0) }
        func color(_ x: Int, _ y: Int) -> [UInt8] { Array(bytes[(y * 768 + x) * 3..<(y * 768 + x) * 3 + 3]) }
        // The first square is coloured, the others are gray and dark; a white line runs around the region.
        #expect(Set(color(300, 300)).count > 1)
        #expect(color(700, 700) == [89, 89, 89] && color(700, 100) == [89, 89, 89])
        #expect(color(192, 50) == [255, 255, 255])
    }
}

/// Numbers that were reported, in order.
private final class Counter: Sendable {
    private let reported = Mutex<[Int]>([])
    var numbers: [Int] { reported.withLock { $0 } }
    func append(_ number: Int) { reported.withLock { $0.append(number) } }
}
