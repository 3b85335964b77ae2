extension NetworkDescription {
    /// One thing that a description tells.
    package struct Field: Sendable {
        package let name: String
        /// Nil where the graph does not tell it.
        package let text: String?
    }

    /// All that the description tells, in the same order for every network.
    package var fields: [Field] {
        [
            Field(name: "network", text: title),
            Field(name: "channels", text: "\(channels)"),
            Field(name: "layers by stage", text: Self.list(depths)),
            Field(name: "MLP ratio", text: mlpRatio.map { Quantity.decimals($0, 2) }),
            Field(name: "window", text: window.map(Self.size)),
            Field(name: "windows shifted", text: isWindowShifted.map(Self.word)),
            Field(name: "window heads", text: Self.list(windowHeads)),
            Field(name: "stripe", text: stripe == nil ? "none" : stripe?.sizeText),
            Field(name: "stripes shifted", text: stripe?.isShifted.map(Self.word)),
            Field(name: "stripe heads", text: stripe.map { Self.list($0.heads) }),
            Field(name: "pixels of an anchor", text: stripe?.anchorFactor.map { "\($0)×\($0)" }),
            Field(name: "anchor projection", text: stripe?.anchorProjection?.rawValue),
            Field(name: "anchor steps", text: stripe?.anchorSteps.map(String.init)),
            Field(name: "comparison", text: isCosine.map { $0 ? "cosine" : "dot product" }),
            Field(name: "projection", text: projection.rawValue),
            Field(name: "projection bias", text: Self.word(isProjectionBiased)),
            Field(name: "local connection", text: Self.word(hasLocalConnection)),
            Field(name: "stages end with", text: stageConvolution?.rawValue),
            Field(name: "picture channels", text: "\(inputChannels) → \(outputChannels)"),
            Field(name: "scale", text: "\(scale)"),
            Field(name: "upsampler", text: upsampler == .none ? "none" : upsampler.rawValue),
            Field(name: "pads to multiples of", text: padMultiple.map(String.init)),
            Field(name: "samples times", text: Quantity.decimals(Double(pixelRange), 2)),
        ]
    }

    private static func word(_ holds: Bool) -> String { holds ? "yes" : "no" }

    private static func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ", ") }

    private static func size(_ extents: [Int]) -> String { extents.map(String.init).joined(separator: "×") }
}

extension NetworkDescription.Stripe {
    /// For example `64×128`, or `4×1/2 of the image`; "unknown" for an extent that the graph does not tell.
    var sizeText: String {
        zip(size, groups).map { size, groups in
            size.map(String.init) ?? groups.map { "1/\($0) of the image" } ?? "unknown"
        }.joined(separator: "×")
    }
}
