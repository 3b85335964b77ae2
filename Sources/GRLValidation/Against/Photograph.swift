import GRLImaging
import GRLRestoration
package import GRLTensor

/// A photograph that networks are run on, at any size.
package struct Photograph: Sendable {
    /// What it is called in findings.
    package let title: String
    /// Samples from 0 to 1, `[1, C, H, W]`.
    private let picture: Tensor

    /// - Throws: file and image errors, `CancellationError`.
    package init(path: String) throws {
        title = "'\(printable(path))'"
        picture = try ImageReader.read(path: path, isCancelled: { Task.isCancelled }).colorTensor()
    }

    private init(title: String, _ picture: Tensor) {
        self.title = title
        self.picture = picture
    }

    /// The one that is in the tool: 96×96 pixels of `Models/images/chelsea.png` (Stéfan van der Walt, CC0 1.0), from
    /// row 70 and column 140.
    ///
    /// - Throws: memory errors.
    package static func bundled() throws -> Photograph {
        try Photograph(
            title: "photograph of a cat",
            PackageResources.cat_png.withUnsafeBytes { try ImageReader.decode($0) }.colorTensor())
    }

    /// Samples from 0 to 1, `[N, C, H, W]`: the photograph cut to the size, or continued by mirroring it. Each picture
    /// of a batch begins at another pixel; where channels are more than the photograph's, these are repeated.
    ///
    /// - Throws: memory errors.
    package func tensor(_ shape: Shape) throws -> Tensor {
        let planes = try (0..<shape[0]).flatMap { index in
            let part = try picture.region(top: 5 * index, left: 7 * index, height: shape[2], width: shape[3])
            return try (0..<shape[1]).map { try part.channel($0 % part.pictureChannels) }
        }
        return try Tensor.joiningChannels(of: planes).reshaped(to: shape)
    }
}
