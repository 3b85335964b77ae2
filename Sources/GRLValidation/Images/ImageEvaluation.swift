import Foundation
import GRLImaging
import GRLMetrics
package import GRLRestoration
import GRLTensor

/// Restores a folder of pictures, one after the other, and measures how near they come to the clean ones.
package struct ImageEvaluation: Sendable {
    /// One picture, by the paths of its files.
    package struct Item: Sendable {
        /// The degraded picture, or its two views; the clean one where noise is added.
        package let inputs: [String]
        package let target: String

        package init(inputs: [String], target: String) {
            self.inputs = inputs
            self.target = target
        }
    }

    /// What was measured of one picture.
    package struct Result: Sendable {
        package let item: Item
        /// Of the restored picture, in pixels.
        package let width: Int
        package let height: Int
        /// Before the restoration, where that has the size and colours of the clean picture.
        package let before: ImageScores?
        package let after: ImageScores
        /// The time of the restoration alone.
        package let seconds: Double

        package init(
            item: Item, width: Int, height: Int, before: ImageScores?, after: ImageScores, seconds: Double
        ) {
            self.item = item
            self.width = width
            self.height = height
            self.before = before
            self.after = after
            self.seconds = seconds
        }
    }

    package let restorer: Restorer
    package let imageProtocol: ImageProtocol
    /// The standard deviation of the noise that is added, of 255; nil adds none.
    package let sigma: Double?
    /// The seed of the noise of each picture.
    package let seed: UInt32

    package init(restorer: Restorer, imageProtocol: ImageProtocol, sigma: Double? = nil, seed: UInt32 = 0) {
        self.restorer = restorer
        self.imageProtocol = imageProtocol
        self.sigma = sigma
        self.seed = seed
    }

    /// Restores one picture and measures it.
    ///
    /// - Throws: file and image errors, what ``Restorer`` throws, a ``RestorationError`` (`size`) or `MetricError` when
    ///   the clean picture is of another one.
    package func evaluate(
        _ item: Item, progress: @escaping @Sendable (RestorationProgress) -> Void = { _ in }
    ) async throws -> Result {
        let views = try item.inputs.map { try samples($0) }
        let contract = restorer.contract
        guard let first = views.first else { throw RestorationError(.channels, "no picture was given") }
        let target = try MetricImage(
            samples(item.target).cut(height: first.pictureHeight, width: first.pictureWidth, contract.scale))
        let noisy = try views.map { try withNoise($0) }
        let start = ContinuousClock.now
        let restored = try await restorer.restore(samples: noisy, progress: progress)
        let seconds = start.duration(to: .now) / .seconds(1)
        let after = try ImageScores(
            MetricImage(restored), target: target, by: imageProtocol, scale: contract.scale)
        let before =
            noisy.count == 1 && contract.scale == 1
            ? try? ImageScores(MetricImage(noisy[0]), target: target, by: imageProtocol, scale: 1) : nil
        return Result(
            item: item, width: restored.pictureWidth, height: restored.pictureHeight, before: before, after: after,
            seconds: seconds)
    }

    /// The colour samples of a file, `[1, C, H, W]`; of one channel where the network takes gray pictures.
    private func samples(_ path: String) throws -> Tensor {
        let color = try ImageReader.read(path: path, isCancelled: { Task.isCancelled }).colorTensor()
        guard color.pictureChannels == 3, restorer.contract.inputChannels == 1 else { return color }
        let gray =
            imageProtocol.takesMATLABLuma
            ? try MetricImage(color).matlabLuma()
            : try MetricImage(color.mixingChannels(by: [Luma.weights.red, Luma.weights.green, Luma.weights.blue]))
        return try gray.rounded(largest: imageProtocol.largestSample).planes
            .reshaped(to: Shape([1, 1, color.pictureHeight, color.pictureWidth]))
    }

    /// The picture with noise, pixel by pixel, blue first, as pictures stand in OpenCV's memory.
    private func withNoise(_ picture: Tensor) throws -> Tensor {
        guard let sigma, sigma > 0 else { return picture }
        var noise = NumPyNoise(seed: seed)
        let result = try Tensor(uninitialized: .float32, shape: picture.shape)
        let plane = picture.pictureHeight * picture.pictureWidth
        let channels = picture.pictureChannels
        try picture.withElements(of: Float.self) { source in
            try result.withMutableElements(of: Float.self) { target in
                for pixel in 0..<plane {
                    for channel in (0..<channels).reversed() {
                        let index = channel * plane + pixel
                        target[index] = Float(Double(source[index]) + noise.normal() * (sigma / 255))
                    }
                }
            }
        }
        return result
    }
}

extension Tensor {
    /// The upper left part that belongs to a picture of `height` × `width` enlarged by `scale`, which sets often cut to
    /// whole multiples.
    ///
    /// - Throws: a ``RestorationError`` (`size`) when less, or a whole pixel more, is there.
    fileprivate func cut(height: Int, width: Int, _ scale: Int) throws -> Tensor {
        let (wantedHeight, wantedWidth) = (height * scale, width * scale)
        guard (wantedHeight..<wantedHeight + scale).contains(pictureHeight),
            (wantedWidth..<wantedWidth + scale).contains(pictureWidth)
        else {
            throw RestorationError(
                .size,
                "the clean picture has \(pictureHeight)×\(pictureWidth) pixels, the restored one will have "
                    + "\(wantedHeight)×\(wantedWidth)")
        }
        return try region(top: 0, left: 0, height: wantedHeight, width: wantedWidth)
    }
}
