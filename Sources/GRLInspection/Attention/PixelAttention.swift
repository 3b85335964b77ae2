/// What one pixel of an image attends to in a layer of a network.
package struct PixelAttention: Sendable {
    package let branch: AttentionLayer.Branch
    /// The pixel in the layer's image, which is as large as the network's padded input where the layer does not scale.
    package let row: Int
    package let column: Int
    /// Pixels ← pixels: what the pixel's value is made of; for a stripe, through the anchors.
    package let pixels: AttentionMap
    /// The two factors of `pixels` in a stripe.
    package let factors: Factors?

    /// What stands between the pixels of a stripe.
    package struct Factors: Sendable {
        /// Pixels ← anchors: how much the pixel reads from each anchor.
        package let anchors: AttentionMap
        /// The anchor that the pixel reads most from, row-major.
        package let strongestAnchor: Int
        /// Anchors ← pixels: what that anchor has gathered.
        package let gathered: AttentionMap
    }
}
