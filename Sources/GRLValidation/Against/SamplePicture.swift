import Foundation
package import GRLTensor

/// What networks are run on beside a photograph; the same every time.
package enum SamplePicture: String, Sendable, CaseIterable {
    /// Independent numbers from 0 to 1.
    case noise
    /// Discs of all sizes that cover each other, which have the statistics of photographs (A. B. Lee, D. Mumford and
    /// J. Huang, "Occlusion Models for Natural Images", International Journal of Computer Vision 41, 2001).
    case leaves

    /// What it is called in findings.
    package var title: String {
        switch self {
        case .noise: "noise"
        case .leaves: "painted discs"
        }
    }

    private static let seed: UInt32 = 2023
    private static let discCount = 600

    /// Samples from 0 to 1, `[N, C, H, W]`.
    ///
    /// - Throws: memory errors.
    package func tensor(_ shape: Shape) throws -> Tensor {
        var random = NumPyNoise(seed: Self.seed)
        let result = try Tensor(uninitialized: .float32, shape: shape)
        try result.withMutableElements(of: Float.self) { samples in
            switch self {
            case .noise:
                for index in samples.indices { samples[index] = Float(random.uniform()) }
            case .leaves:
                let (channels, height, width) = (shape[1], shape[2], shape[3])
                for picture in 0..<shape[0] {
                    let range = picture * channels * height * width..<(picture + 1) * channels * height * width
                    Self.cover(
                        UnsafeMutableBufferPointer(rebasing: samples[range]), channels, height, width, &random)
                }
            }
        }
        return result
    }

    /// Paints discs from back to front, each of one colour and lit a little from above.
    private static func cover(
        _ samples: UnsafeMutableBufferPointer<Float>, _ channels: Int, _ height: Int, _ width: Int,
        _ random: inout NumPyNoise
    ) {
        samples.update(repeating: 0.5)
        let largest = Double(max(height, width)) / 2
        for _ in 0..<discCount {
            // Radii r have the density r^-3.
            let radius = min(1 / max(1 - random.uniform(), 1e-6).squareRoot(), largest)
            let (y, x) = (random.uniform() * Double(height), random.uniform() * Double(width))
            let light = random.uniform()
            let colors = (0..<channels).map { _ in 0.1 + 0.7 * light + 0.2 * (random.uniform() - 0.5) }
            for row in max(0, Int((y - radius).rounded(.up)))..<min(height, Int(y + radius) + 1) {
                let half = max(radius * radius - (Double(row) - y) * (Double(row) - y), 0).squareRoot()
                let first = max(0, Int((x - half).rounded(.up)))
                let last = min(width - 1, Int(x + half))
                guard first <= last else { continue }
                let shade = 0.1 * (y - Double(row)) / radius
                for (channel, color) in colors.enumerated() {
                    let start = (channel * height + row) * width
                    let sample = Float(min(max(color + shade, 0), 1))
                    for column in first...last { samples[start + column] = sample }
                }
            }
        }
    }
}
