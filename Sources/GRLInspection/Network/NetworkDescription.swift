/// What a network of window attentions is, as its graph tells it. What the graph does not tell is nil.
package struct NetworkDescription: Sendable, Hashable, Encodable {
    package enum Family: String, Sendable, Encodable {
        /// Windows and anchored stripes side by side.
        case grl = "GRL"
        /// Windows alone.
        case swinIR = "SwinIR-like"
    }

    package enum Size: String, Sendable, Encodable {
        case tiny, small, base

        /// `T`, `S` or `B`, as in the paper.
        package var letter: String { rawValue.prefix(1).uppercased() }
    }

    /// How the features become the output picture; as the exporters of these networks name it.
    package enum Upsampler: String, Sendable, Encodable {
        case none = ""
        case pixelShuffle = "pixelshuffle"
        case pixelShuffleDirect = "pixelshuffledirect"
        case nearestConvolution = "nearest+conv"
    }

    /// How anchors are made of pixels.
    package enum AnchorProjection: String, Sendable, Encodable {
        case averagePool = "avgpool"
        case maximumPool = "maxpool"
        case convolution = "conv2d"
        case separableConvolution = "separable_conv"
        case patchMerging = "patchmerging"
    }

    /// How queries, keys and values are made of pixels.
    package enum Projection: String, Sendable, Encodable {
        case linear
        case separableConvolution = "separable_conv"
    }

    /// What ends each stage.
    package enum StageConvolution: String, Sendable, Encodable {
        case one3x3 = "1conv"
        case three = "3conv"
        case one1x1 = "1conv1x1"
        case linear
    }

    /// Stripes of pixels that meet through anchors.
    package struct Stripe: Sendable, Hashable, Encodable {
        /// Rows and columns in layers 0, 2, …; the other way round in layers 1, 3, …. Nil where it is a part of the
        /// image.
        package var size: [Int?]
        /// How many stripes the image is cut into, where the size is a part of it.
        package var groups: [Int?]
        /// Whether stripes are shifted in layers 2, 3 of each four; nil where there is no such layer, or it is not
        /// known.
        package let isShifted: Bool?
        /// Heads, for each stage.
        package let heads: [Int]
        /// Channels of a head, for each stage.
        package let headSizes: [Int]?
        /// How many pixels an anchor stands for in each direction.
        package let anchorFactor: Int?
        package let anchorProjection: AnchorProjection?
        /// How many layers make the anchors.
        package let anchorSteps: Int?
    }

    package let family: Family
    /// The size as which GRL was released, if it is one of these.
    package let size: Size?
    /// What a network of this configuration was released for.
    package let task: String?
    package let inputChannels: Int
    package let outputChannels: Int
    package let scale: Int
    package let upsampler: Upsampler
    /// Channels of the features.
    package let channels: Int
    /// Layers of each stage.
    package let depths: [Int]
    /// Rows and columns of a window.
    package let window: [Int]?
    package let isWindowShifted: Bool?
    /// Heads of the window attention, for each stage.
    package let windowHeads: [Int]
    package let windowHeadSizes: [Int]?
    package var stripe: Stripe?
    /// Whether queries and keys are compared by the cosine of their angle.
    package let isCosine: Bool?
    package let projection: Projection
    package let isProjectionBiased: Bool
    /// Whether convolutions with channel attention stand beside the attentions.
    package let hasLocalConnection: Bool
    /// Hidden channels of a layer's MLP over those of the features.
    package let mlpRatio: Double?
    package let stageConvolution: StageConvolution?
    /// What the network pads height and width to a multiple of.
    package let padMultiple: Int?
    /// What samples from 0 to 1 are multiplied by.
    package let pixelRange: Float

    /// For example `GRL-T (tiny), as released for denoising`.
    package var title: String {
        guard let size else { return family == .grl ? "GRL, custom" : family.rawValue }
        let name = "GRL-\(size.letter) (\(size.rawValue))"
        return task.map { "\(name), as released for \($0)" } ?? "\(name), windows and stripes as never released"
    }
}
