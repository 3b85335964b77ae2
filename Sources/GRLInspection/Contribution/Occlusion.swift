import GRLRestoration
package import GRLTensor

/// Asks which parts of a picture influence a region of a network's output: covers one square of the picture after the
/// other with the picture's mean colour, and looks whether the region changes.
package struct Occlusion: Sendable {
    /// Runs the network on samples [1, C, H, W].
    package typealias Network = @Sendable (Tensor) async throws -> Tensor

    /// Pixels of a covered square's side.
    package let square: Int
    /// The region of the output.
    package let region: PixelRegion

    package init(square: Int, region: PixelRegion) {
        self.square = max(square, 1)
        self.region = region
    }

    /// How many times the network runs on a picture of a size: once uncovered, and for each square.
    package func runCount(width: Int, height: Int) -> Int {
        ((width - 1) / square + 1) * ((height - 1) / square + 1) + 1
    }

    /// Covers every square in turn.
    ///
    /// - Parameters:
    ///   - picture: samples [1, C, H, W], from 0 to 1.
    ///   - progress: called after each run with the number of runs so far.
    /// - Throws: what the network throws; `CancellationError` when the task is cancelled.
    package func run(
        on picture: Tensor, progress: @Sendable (Int) -> Void = { _ in }, network: Network
    ) async throws -> Contribution {
        let (height, width) = (picture.pictureHeight, picture.pictureWidth)
        let means = try Self.means(of: picture)
        let expected = try await samples(ofRegionIn: network(picture))
        progress(1)
        var changes: [Float] = []
        for top in stride(from: 0, to: height, by: square) {
            for left in stride(from: 0, to: width, by: square) {
                try Task.checkCancellation()
                let covered = try cover(picture, top: top, left: left, with: means)
                let samples = try await samples(ofRegionIn: network(covered))
                changes.append(Self.largestDifference(samples, expected))
                progress(changes.count + 1)
            }
        }
        return Contribution(height: height, width: width, square: square, changes: changes)
    }

    /// The mean of each channel.
    private static func means(of picture: Tensor) throws -> [Float] {
        let count = max(picture.pictureHeight * picture.pictureWidth, 1)
        return try picture.withElements(of: Float.self) { samples in
            (0..<picture.pictureChannels).map { channel in
                Float(samples[channel * count..<(channel + 1) * count].reduce(0.0) { $0 + Double($1) } / Double(count))
            }
        }
    }

    /// A copy of the picture with a square in one colour.
    private func cover(_ picture: Tensor, top: Int, left: Int, with color: [Float]) throws -> Tensor {
        let (height, width) = (picture.pictureHeight, picture.pictureWidth)
        var samples = try picture.elements(of: Float.self)
        for (channel, value) in color.enumerated() {
            for y in top..<min(top + square, height) {
                let row = (channel * height + y) * width
                for x in left..<min(left + square, width) { samples[row + x] = value }
            }
        }
        return try Tensor(samples, shape: picture.shape)
    }

    /// All channels of the region.
    private func samples(ofRegionIn output: Tensor) throws -> [Float] {
        let part = try output.region(top: region.y, left: region.x, height: region.height, width: region.width)
        return try part.elements(of: Float.self)
    }

    /// Infinite where one is a number and the other is not.
    private static func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { largest, pair in
            let difference = abs(pair.0 - pair.1)
            if difference.isNaN { return pair.0.isNaN && pair.1.isNaN ? largest : .infinity }
            return max(largest, difference)
        }
    }
}
