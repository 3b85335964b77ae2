package import GRLImaging
import GRLOperators

extension PixelAttention {
    /// The attention over the picture: one panel for a window; for a stripe the product, pixels ← anchors, and anchors
    /// ← pixels for the strongest anchor, in this order. The root of weights is drawn, for small ones to be seen.
    ///
    /// - Parameter margin: how many pixels around the pixel are drawn; nil for the whole picture.
    /// - Throws: an ``ImageError`` where the result is too large.
    package func picture(over image: Image, margin: Int? = nil) throws -> Image {
        let step = LayerImage.step(pixels.height, pixels.width, over: image)
        let maps = [pixels] + (factors.map { [$0.anchors, $0.gathered] } ?? [])
        let layers = maps.map { map in
            let largest = map.weights.max() ?? 0
            return HeatMapPicture.Layer(
                cell: step * max(pixels.width / max(map.width, 1), 1), columns: map.width,
                strengths: zip(map.weights, map.isSeen).map { weight, isSeen in
                    isSeen ? (largest > 0 ? (weight / largest).squareRoot() : 0) : nil
                })
        }
        let frame = PixelRegion(x: column * step, y: row * step, width: step, height: step)
        return try HeatMapPicture(image, part: margin.map { frame.widened(by: $0, in: image) })
            .draw(layers, frame: frame)
    }

    /// The part of the weight that lies on the picture rather than on what the network pads it with.
    package func shareOnPicture(_ image: Image) -> Double {
        let step = LayerImage.step(pixels.height, pixels.width, over: image)
        return pixels.share(ofRows: (image.height - 1) / step + 1, columns: (image.width - 1) / step + 1)
    }
}

extension AttentionState {
    /// What the pixel (`x`, `y`) of the picture attends to.
    ///
    /// - Throws: as ``attention(ofRow:column:head:)``.
    package func attention(atX x: Int, y: Int, of image: Image, head: Int? = nil) throws -> PixelAttention {
        let step = LayerImage.step(extents.y, extents.x, over: image)
        return try attention(ofRow: y / step, column: x / step, head: head)
    }
}

extension PixelRegion {
    /// The region with `margin` more pixels each way, as far as they lie in a picture.
    fileprivate func widened(by margin: Int, in image: Image) -> PixelRegion {
        let (left, top) = (max(x - min(margin, x), 0), max(y - min(margin, y), 0))
        let right = x + width + min(margin, max(image.width - x - width, 0))
        let bottom = y + height + min(margin, max(image.height - y - height, 0))
        return PixelRegion(x: left, y: top, width: right - left, height: bottom - top)
    }
}

/// The image that a layer works on: the picture, padded, or smaller by a whole factor.
private enum LayerImage {
    /// Pixels of the picture that a pixel of the layer's image stands for, each way.
    static func step(_ height: Int, _ width: Int, over image: Image) -> Int {
        max((image.height - 1) / max(height, 1), (image.width - 1) / max(width, 1)) + 1
    }
}
