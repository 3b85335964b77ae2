import GRLGraph

/// How the window of a channels-last convolution or pooling slides over the image.
package struct ImageWindow: Sendable, Hashable {
    package let kernel: PixelPair
    package let strides: PixelPair
    package let dilations: PixelPair
    /// Padding above and to the left, below and to the right.
    package let padBegin: PixelPair
    package let padEnd: PixelPair

    package init(
        kernel: PixelPair, strides: PixelPair = PixelPair(1, 1), dilations: PixelPair = PixelPair(1, 1),
        padBegin: PixelPair = PixelPair(0, 0), padEnd: PixelPair = PixelPair(0, 0)
    ) {
        self.kernel = kernel
        self.strides = strides
        self.dilations = dilations
        self.padBegin = padBegin
        self.padEnd = padEnd
    }

    /// Whether every output pixel is made of the input pixel at the same place.
    package var isPointwise: Bool {
        kernel == PixelPair(1, 1) && strides == PixelPair(1, 1) && padBegin == PixelPair(0, 0)
            && padEnd == PixelPair(0, 0)
    }

    /// Reads the attributes `strides`, `dilations` and `pads` (top, left, bottom, right).
    ///
    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE`.
    init(_ node: inout NodeReader, kernel: PixelPair) throws {
        let one = PixelPair(1, 1)
        let pads = try node.ints("pads") ?? [0, 0, 0, 0]
        guard pads.count == 4, pads.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) }) else {
            throw OperatorError(.attributeValue, "attribute pads is \(pads), expected 4 numbers from 0 to \(Int32.max)")
        }
        self.init(
            kernel: kernel, strides: try node.pixelPair("strides", atLeast: 1, default: one),
            dilations: try node.pixelPair("dilations", atLeast: 1, default: one),
            padBegin: PixelPair(pads[0], pads[1]), padEnd: PixelPair(pads[2], pads[3]))
    }

    var attributes: [String: AttributeValue] {
        [
            "strides": strides.attribute, "dilations": dilations.attribute,
            "pads": .ints([padBegin.y, padBegin.x, padEnd.y, padEnd.x]),
        ]
    }

    /// The window along the rows and along the columns of an image.
    ///
    /// - Throws: `SHAPE` when the window is larger than the padded image.
    func axes(height: Int, width: Int) throws -> (y: SpatialWindow.Axis, x: SpatialWindow.Axis) {
        (
            try SpatialWindow.Axis(
                input: height, kernel: kernel.y, stride: strides.y, dilation: dilations.y,
                pads: (padBegin.y, padEnd.y), autoPad: .notSet, ceilMode: false),
            try SpatialWindow.Axis(
                input: width, kernel: kernel.x, stride: strides.x, dilation: dilations.x,
                pads: (padBegin.x, padEnd.x), autoPad: .notSet, ceilMode: false)
        )
    }
}
