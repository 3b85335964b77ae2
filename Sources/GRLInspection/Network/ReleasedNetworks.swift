/// The networks of the paper "Efficient and Explicit Modelling of Image Hierarchies for Image Restoration" (Li et al.,
/// 2023) as their authors released them.
package enum ReleasedNetworks {
    /// What is not the same for all tasks.
    private struct Row {
        let task: String
        let sizes: [NetworkDescription.Size]
        let window: Int
        let stripe: [Int]
        let anchorFactor: Int
        /// Channels of the input and of the output.
        var channels = [[3, 3]]
        var scales = [1]
        var upsampler = NetworkDescription.Upsampler.none
    }

    private static let grayOrColor = [[1, 1], [3, 3]]
    private static let oneOrTwoViews = [[3, 3], [6, 3]]

    private static let rows = [
        Row(
            task: "denoising", sizes: [.tiny, .small], window: 16, stripe: [64, 128], anchorFactor: 4,
            channels: grayOrColor),
        Row(
            task: "denoising", sizes: [.base], window: 32, stripe: [64, 128], anchorFactor: 2, channels: grayOrColor),
        Row(
            task: "super-resolution", sizes: [.tiny], window: 32, stripe: [64, 64], anchorFactor: 4, scales: [2, 3, 4],
            upsampler: .pixelShuffleDirect),
        Row(
            task: "super-resolution", sizes: [.small], window: 32, stripe: [64, 64], anchorFactor: 4,
            scales: [2, 3, 4], upsampler: .pixelShuffle),
        Row(
            task: "super-resolution", sizes: [.base], window: 32, stripe: [64, 64], anchorFactor: 2, scales: [2, 3, 4],
            upsampler: .pixelShuffle),
        Row(
            task: "real-world super-resolution", sizes: [.base], window: 16, stripe: [32, 64], anchorFactor: 4,
            scales: [4], upsampler: .nearestConvolution),
        Row(
            task: "JPEG artefacts", sizes: [.small], window: 36, stripe: [72, 144], anchorFactor: 4,
            channels: grayOrColor),
        Row(task: "motion deblurring", sizes: [.base], window: 12, stripe: [48, 96], anchorFactor: 4),
        Row(
            task: "defocus deblurring", sizes: [.base], window: 16, stripe: [48, 96], anchorFactor: 4,
            channels: oneOrTwoViews),
        Row(task: "demosaicking", sizes: [.small], window: 8, stripe: [32, 32], anchorFactor: 4),
    ]

    /// The size of the width, depth, heads, MLPs and local connections that a network has; nil for any other.
    package static func size(of network: NetworkDescription) -> NetworkDescription.Size? {
        let heads = network.windowHeads
        guard network.family == .grl, heads == network.stripe?.heads, network.mlpRatio == 2 else { return nil }
        switch (network.channels, network.depths, network.hasLocalConnection) {
        case (64, [4, 4, 4, 4], false) where heads == [2, 2, 2, 2]: return .tiny
        case (128, [4, 4, 4, 4], false) where heads == [2, 2, 2, 2]: return .small
        case (180, [4, 4, 8, 8, 8, 4, 4], true) where heads == Array(repeating: 3, count: 7): return .base
        default: return nil
        }
    }

    /// What a network was released for, if one of its size was with all that it has; what a graph does not tell is
    /// taken to be so.
    package static func task(of network: NetworkDescription) -> String? {
        guard let size = size(of: network), let stripe = network.stripe, isUsual(network, stripe) else { return nil }
        return rows.first { row in
            row.sizes.contains(size) && network.window == [row.window, row.window]
                && stripe.size == row.stripe.map(Optional.some) && stripe.anchorFactor == row.anchorFactor
                && network.upsampler == row.upsampler && row.scales.contains(network.scale)
                && row.channels.contains([network.inputChannels, network.outputChannels])
        }?.task
    }

    /// Whether a network has what all that were released have in common.
    private static func isUsual(_ network: NetworkDescription, _ stripe: NetworkDescription.Stripe) -> Bool {
        network.isWindowShifted != false && stripe.isShifted != false && network.isCosine != false
            && network.projection == .linear && network.isProjectionBiased && stripe.anchorProjection == .averagePool
            && stripe.anchorSteps == 1 && network.stageConvolution == .one3x3 && network.pixelRange == 1
    }
}
