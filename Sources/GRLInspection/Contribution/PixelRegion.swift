/// A rectangle of pixels.
package struct PixelRegion: Sendable, Hashable {
    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int

    package init(x: Int, y: Int, width: Int, height: Int) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// Whether all of it lies in a picture of a size.
    package func lies(inWidth width: Int, height: Int) -> Bool {
        x >= 0 && y >= 0 && self.width > 0 && self.height > 0 && x < width && y < height && self.width <= width - x
            && self.height <= height - y
    }
}

extension PixelRegion {
    /// The smallest region of a picture that holds this one once the picture is enlarged `scale` times.
    package func shrunk(by scale: Int) -> PixelRegion {
        let (right, bottom) = ((x + width - 1) / scale + 1, (y + height - 1) / scale + 1)
        return PixelRegion(x: x / scale, y: y / scale, width: right - x / scale, height: bottom - y / scale)
    }
}
