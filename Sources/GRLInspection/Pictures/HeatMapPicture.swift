package import GRLImaging
import GRLTensor

/// Draws numbers over a picture: the picture in gray, what is large in bright colours.
package struct HeatMapPicture: Sendable {
    /// Numbers over cells of the picture.
    package struct Layer: Sendable {
        /// Pixels of the picture that a cell stands for, each way.
        package let cell: Int
        /// Cells in a row.
        package let columns: Int
        /// How strongly each cell is coloured, 0 to 1, row-major; nil where the picture is shown dark.
        package let strengths: [Double?]

        package init(cell: Int, columns: Int, strengths: [Double?]) {
            self.cell = max(cell, 1)
            self.columns = max(columns, 1)
            self.strengths = strengths
        }

        /// The strength at a pixel of the picture.
        fileprivate func strength(_ x: Int, _ y: Int) -> Double? {
            let (row, column) = (y / cell, x / cell)
            let index = row * columns + column
            return column < columns && strengths.indices.contains(index) ? strengths[index] : nil
        }
    }

    /// Small pictures are enlarged until their longer side has at least half as many pixels.
    private static let usualSide = 768
    /// Pixels between two panels.
    private static let gap = 8
    /// The colours from weak to strong, each as red, green and blue.
    private static let ramp: [SIMD3<Double>] = [
        [0.10, 0.05, 0.30], [0.45, 0.10, 0.50], [0.85, 0.25, 0.35], [0.98, 0.60, 0.15], [1.00, 0.95, 0.60],
    ]

    /// The part of the picture that is drawn.
    private let part: PixelRegion
    /// The picture's width.
    private let width: Int
    /// Gray from 0 to 1, row-major.
    private let base: [Float]

    /// - Parameters:
    ///   - picture: the picture to draw over.
    ///   - part: the part of it to draw; all of it where that does not lie in it.
    /// - Throws: memory errors.
    package init(_ picture: Image, part: PixelRegion? = nil) throws {
        let tensor = try picture.colorTensor()
        let weights = [Luma.weights.red, Luma.weights.green, Luma.weights.blue]
        base = try (picture.colorModel == .gray ? tensor : tensor.mixingChannels(by: weights)).elements(of: Float.self)
        width = picture.width
        let whole = PixelRegion(x: 0, y: 0, width: picture.width, height: picture.height)
        self.part = part.flatMap { $0.lies(inWidth: picture.width, height: picture.height) ? $0 : nil } ?? whole
    }

    /// One panel for each layer, side by side, or one under another where the picture is wide; a white frame around
    /// some of its pixels in each.
    ///
    /// - Throws: an ``ImageError`` where the result is too large.
    package func draw(_ layers: [Layer], frame: PixelRegion) throws -> Image {
        let zoom = max(Self.usualSide / max(part.width, part.height), 1)
        let isWide = part.width > part.height
        let (panelWidth, panelHeight) = (part.width * zoom, part.height * zoom)
        let (stepX, stepY) = isWide ? (0, panelHeight + Self.gap) : (panelWidth + Self.gap, 0)
        let last = max(layers.count - 1, 0)
        var image = try Image(width: panelWidth + last * stepX, height: panelHeight + last * stepY)
        let rowBytes = image.rowByteCount
        try image.withUnsafeMutableBytes { bytes in
            for index in bytes.indices { bytes[index] = .max }
            for (number, layer) in layers.enumerated() {
                for y in 0..<panelHeight {
                    var offset = (y + number * stepY) * rowBytes + number * stepX * 3
                    for x in 0..<panelWidth {
                        let (column, row) = (part.x + x / zoom, part.y + y / zoom)
                        let color =
                            line(of: frame, part.x * zoom + x, part.y * zoom + y, zoom)
                            ?? color(column, row, layer.strength(column, row))
                        for channel in 0..<3 { bytes[offset + channel] = UInt8(min(max(color[channel], 0), 1) * 255) }
                        offset += 3
                    }
                }
            }
        }
        return image
    }

    private func color(_ x: Int, _ y: Int, _ strength: Double?) -> SIMD3<Double> {
        let gray = SIMD3(repeating: Double(base[y * width + x]))
        guard let strength, !strength.isNaN else { return gray * 0.35 }
        let position = min(max(strength, 0), 1) * Double(Self.ramp.count - 1)
        let index = min(Int(position), Self.ramp.count - 2)
        let part = position - Double(index)
        let opacity = min(strength * 1.5, 0.85)
        let heat = Self.ramp[index] * (1 - part) + Self.ramp[index + 1] * part
        return gray * (0.75 * (1 - opacity)) + heat * opacity
    }

    /// White just outside a frame's pixels, black around that; nil elsewhere. `x` and `y` are those of the enlarged
    /// picture.
    private func line(of frame: PixelRegion, _ x: Int, _ y: Int, _ zoom: Int) -> SIMD3<Double>? {
        let distance = max(
            frame.x * zoom - x, x - ((frame.x + frame.width) * zoom - 1), frame.y * zoom - y,
            y - ((frame.y + frame.height) * zoom - 1))
        switch distance {
        case 1, 2: return SIMD3(repeating: 1)
        case 3: return SIMD3(repeating: 0)
        default: return nil
        }
    }
}
