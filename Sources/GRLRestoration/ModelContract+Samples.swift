package import GRLImaging
package import GRLTensor

extension ModelContract {
    /// A picture as the network takes it, [1, C, H, W] from 0 to 1: gray is repeated for a colour network, colours are
    /// brought to gray for a gray one.
    ///
    /// - Throws: a ``RestorationError`` (`channels`) when the network takes no single gray or RGB picture.
    package func samples(of image: Image) throws -> Tensor {
        let color = try image.colorTensor()
        switch (color.pictureChannels, inputChannels) {
        case let (given, wanted) where given == wanted: return color
        case (1, 3): return try Tensor.joiningChannels(of: [color, color, color])
        case (3, 1): return try color.mixingChannels(by: [Luma.weights.red, Luma.weights.green, Luma.weights.blue])
        case let (_, wanted):
            throw RestorationError(
                .channels, "the model takes \(wanted) channels; one picture has 1 (gray) or 3 (RGB)")
        }
    }
}
