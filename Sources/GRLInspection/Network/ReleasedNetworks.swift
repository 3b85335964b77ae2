/// The networks of the paper "Efficient and Explicit Modelling of Image Hierarchies for Image Restoration" (Li et al.,
/// 2023) as their authors released them.
enum ReleasedNetworks {
    private struct Row {
        let task: String
        let size: NetworkDescription.Size
        let window: Int
        let stripe: [Int]
        let anchorFactor: Int
        let upsampler: NetworkDescription.Upsampler
    }

    private static let rows = [
        Row(task: "denoising", size: .tiny, window: 16, stripe: [64, 128], anchorFactor: 4, upsampler: .none),
        Row(task: "denoising", size: .small, window: 16, stripe: [64, 128], anchorFactor: 4, upsampler: .none),
        Row(task: "denoising", size: .base, window: 32, stripe: [64, 128], anchorFactor: 2, upsampler: .none),
        Row(
            task: "super-resolution", size: .tiny, window: 32, stripe: [64, 64], anchorFactor: 4,
            upsampler: .pixelShuffleDirect),
        Row(
            task: "super-resolution", size: .small, window: 32, stripe: [64, 64], anchorFactor: 4,
            upsampler: .pixelShuffle),
        Row(
            task: "super-resolution", size: .base, window: 32, stripe: [64, 64], anchorFactor: 2,
            upsampler: .pixelShuffle),
        Row(
            task: "real-world super-resolution", size: .base, window: 16, stripe: [32, 64], anchorFactor: 4,
            upsampler: .nearestConvolution),
        Row(task: "JPEG artefacts", size: .small, window: 36, stripe: [72, 144], anchorFactor: 4, upsampler: .none),
        Row(task: "motion deblurring", size: .base, window: 12, stripe: [48, 96], anchorFactor: 4, upsampler: .none),
        Row(task: "defocus deblurring", size: .base, window: 16, stripe: [48, 96], anchorFactor: 4, upsampler: .none),
        Row(task: "demosaicking", size: .small, window: 8, stripe: [32, 32], anchorFactor: 4, upsampler: .none),
    ]

    /// The size of that width, depth and number of heads.
    static func size(
        channels: Int, depths: [Int], heads: [Int], stripeHeads: [Int], hasLocalConnection: Bool
    ) -> NetworkDescription.Size? {
        guard heads == stripeHeads else { return nil }
        switch (channels, depths, hasLocalConnection) {
        case (64, [4, 4, 4, 4], false) where heads == [2, 2, 2, 2]: return .tiny
        case (128, [4, 4, 4, 4], false) where heads == [2, 2, 2, 2]: return .small
        case (180, [4, 4, 8, 8, 8, 4, 4], true) where heads == Array(repeating: 3, count: 7): return .base
        default: return nil
        }
    }

    /// What a network of that size with such windows and stripes was released for.
    static func task(
        size: NetworkDescription.Size?, window: [Int]?, stripe: NetworkDescription.Stripe?,
        upsampler: NetworkDescription.Upsampler
    ) -> String? {
        guard let size, let window, let stripe else { return nil }
        return rows.first { row in
            row.size == size && window == [row.window, row.window] && stripe.size == row.stripe.map(Optional.some)
                && stripe.anchorFactor == row.anchorFactor && upsampler == row.upsampler
        }?.task
    }
}
