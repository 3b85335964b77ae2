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
        package var isShifted: Bool?
        /// Heads, for each stage.
        package var heads: [Int]
        /// Channels of a head, for each stage.
        package var headSizes: [Int]?
        /// How many pixels an anchor stands for in each direction.
        package var anchorFactor: Int?
        package var anchorProjection: AnchorProjection?
        /// How many layers make the anchors.
        package var anchorSteps: Int?
    }

    package let family: Family
    /// The size as which GRL was released, if it is one of these.
    package internal(set) var size: Size?
    /// What a network of this configuration was released for.
    package internal(set) var task: String?
    /// What networks of this family do not have, in a few words each.
    package let unrecognizedParts: [String]
    package var inputChannels: Int
    package var outputChannels: Int
    package var scale: Int
    package var upsampler: Upsampler
    /// Channels of the features.
    package var channels: Int
    /// Layers of each stage.
    package var depths: [Int]
    /// Rows and columns of a window.
    package var window: [Int]?
    package var isWindowShifted: Bool?
    /// Heads of the window attention, for each stage.
    package var windowHeads: [Int]
    package var windowHeadSizes: [Int]?
    package var stripe: Stripe?
    /// Whether queries and keys are compared by the cosine of their angle.
    package var isCosine: Bool?
    package var projection: Projection
    package var isProjectionBiased: Bool
    /// Whether convolutions with channel attention stand beside the attentions.
    package var hasLocalConnection: Bool
    /// Hidden channels of a layer's MLP over those of the features.
    package var mlpRatio: Double?
    package var stageConvolution: StageConvolution?
    /// What the network pads height and width to a multiple of.
    package var padMultiple: Int?
    /// What samples from 0 to 1 are multiplied by.
    package var pixelRange: Float

    /// For example `GRL-T (tiny), as released for denoising`.
    package var title: String {
        guard family == .grl else {
            let parts = unrecognizedParts.joined(separator: ", ")
            return family.rawValue + (parts.isEmpty ? "" : ", with parts that are not recognised: \(parts)")
        }
        guard let size else { return "GRL, custom" }
        return "GRL-\(size.letter) (\(size.rawValue)), " + (task.map { "as released for \($0)" } ?? "custom")
    }
}
