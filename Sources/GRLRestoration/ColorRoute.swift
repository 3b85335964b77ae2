package import GRLImaging
package import GRLTensor

/// How a picture's channels go through a network and come back.
///
/// A gray picture goes through a colour network as three equal channels and comes back as their mean. A colour picture
/// goes through a gray network channel by channel, which keeps its colours and restores each of them.
package struct ColorRoute: Sendable {
    private enum Entry {
        case direct
        /// One channel repeated.
        case repeated
        /// Each channel in a run of its own.
        case separate
        /// The luma alone.
        case luma
    }

    private let entry: Entry
    private let inputChannels: Int
    private let averagesOutput: Bool
    /// The colour model of what comes back.
    let result: Image.ColorModel
    /// How often the network runs for a picture.
    let passes: Int

    /// - Parameters:
    ///   - color: the colour model of each view.
    ///   - views: how many pictures go in together.
    /// - Throws: a ``RestorationError`` (`channels`) when the network has no use for such a picture.
    package init(color: Image.ColorModel, views: Int, contract: ModelContract) throws {
        let (given, wanted) = (color.channelCount, contract.inputChannels)
        guard wanted.isMultiple(of: views), [1, 3].contains(wanted / views) else {
            throw Self.mismatch(views: views, contract: contract)
        }
        let channelsOfView = wanted / views
        guard [1, 3].contains(contract.outputChannels) else {
            throw RestorationError(
                .channels,
                "the model gives \(contract.outputChannels) channels, which make no picture; gray (1) and RGB (3) do")
        }
        inputChannels = channelsOfView
        let keepsColor = given == 3 && channelsOfView == 1 && contract.outputChannels == 1 && views == 1
        entry =
            switch (given, channelsOfView) {
            case (3, 1): keepsColor ? .separate : .luma
            case (1, 3): .repeated
            default: .direct
            }
        averagesOutput = given == 1 && channelsOfView == 3 && contract.outputChannels == 3
        passes = keepsColor ? 3 : 1
        let isGray = averagesOutput || (contract.outputChannels == 1 && !keepsColor)
        result = isGray ? .gray : .rgb
    }

    private static func mismatch(views: Int, contract: ModelContract) -> RestorationError {
        let channels = contract.inputChannels
        guard views == 1 else {
            return RestorationError(
                .channels, "two views were given, but the model takes \(channels) channels; two RGB views make 6")
        }
        let isPair = channels == 6 || channels == 2
        return RestorationError(
            .channels,
            isPair
                ? "the model takes \(channels) channels, that is two views of one scene; give a left and a right one"
                : "the model takes \(channels) channels; pictures have 1 (gray) or 3 (RGB)")
    }

    /// The network's inputs, one for each pass, for the colour channels of all views.
    package func inputs(from views: [Tensor]) throws -> [Tensor] {
        switch entry {
        case .direct: [try Tensor.joiningChannels(of: views)]
        case .repeated:
            [try Tensor.joiningChannels(of: views.flatMap { Array(repeating: $0, count: inputChannels) })]
        case .separate: try views.flatMap { view in try (0..<view.pictureChannels).map(view.channel) }
        case .luma:
            [
                try Tensor.joiningChannels(
                    of: views.map {
                        try $0.mixingChannels(by: [Luma.weights.red, Luma.weights.green, Luma.weights.blue])
                    })
            ]
        }
    }

    /// The channels of the resulting picture from what came out of each pass.
    func output(from passes: [Tensor]) throws -> Tensor {
        let joined = try Tensor.joiningChannels(of: passes)
        guard averagesOutput else { return joined }
        let count = joined.pictureChannels
        return try joined.mixingChannels(by: Array(repeating: 1 / Float(count), count: count))
    }
}
