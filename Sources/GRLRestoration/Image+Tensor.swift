package import GRLImaging
package import GRLTensor

extension Image {
    /// The colour channels, `[1, C, H, W]`, from 0 to 1.
    package func colorTensor() throws -> Tensor {
        let result = try Tensor.picture(channels: colorModel.channelCount, height: height, width: width)
        try result.withMutableElements(of: Float.self) { try copyColor(to: $0) }
        return result
    }

    /// The alpha channel, `[1, 1, H, W]`, from 0 to 1.
    package func alphaTensor() throws -> Tensor {
        let result = try Tensor.picture(channels: 1, height: height, width: width)
        try result.withMutableElements(of: Float.self) { try copyAlpha(to: $0) }
        return result
    }
}
