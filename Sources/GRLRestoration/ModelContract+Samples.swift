package import GRLImaging
package import GRLTensor

extension ModelContract {
    /// A picture, or views of one size, as the network takes them, [1, C, H, W] from 0 to 1: gray is repeated for a
    /// colour network, colours are brought to gray for a gray one.
    ///
    /// - Throws: a ``RestorationError`` (`channels`) when the network does not take so many gray or RGB pictures.
    package func samples(of views: [Image]) throws -> Tensor {
        guard !views.isEmpty, inputChannels.isMultiple(of: views.count), [1, 3].contains(inputChannels / views.count)
        else {
            let isPair = views.count == 1 && (inputChannels == 6 || inputChannels == 2)
            let advice = isPair ? ", that is two views of one scene; give a right one, too" : "; a picture has 1 or 3"
            throw RestorationError(.channels, "the model takes \(inputChannels) channels\(advice)")
        }
        let channels = inputChannels / views.count
        return try Tensor.joiningChannels(of: views.map { try Self.samples(of: $0, channels: channels) })
    }

    private static func samples(of image: Image, channels: Int) throws -> Tensor {
        let color = try image.colorTensor()
        switch (color.pictureChannels, channels) {
        case let (given, wanted) where given == wanted: return color
        case (1, 3): return try Tensor.joiningChannels(of: [color, color, color])
        case (3, 1): return try color.mixingChannels(by: [Luma.weights.red, Luma.weights.green, Luma.weights.blue])
        case let (given, wanted):
            throw RestorationError(.channels, "the model takes \(wanted) channels of a picture; this one has \(given)")
        }
    }
}
