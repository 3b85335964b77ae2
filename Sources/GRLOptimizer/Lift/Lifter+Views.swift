import GRLGraph
import GRLOperators
import GRLTensor

extension Lifter {
    /// The part of its image that a view shows, as an image of its own: cut-out channels, every second row, the crop of
    /// the padding, and the view's factor.
    ///
    /// - Returns: a view that shows each element of its image once.
    /// - Throws: a ``Refusal`` where the part depends on the image's size.
    mutating func dense(_ view: ImageView, for node: Node) throws -> ImageView {
        guard view.normEpsilon == nil else { throw Refusal("rows of unit length are read outside an attention") }
        var view = view
        if view.factor != 1 { view = try scaled(view, for: node) }
        if let cropped = try cropped(view, for: node) { view = cropped }
        for axis in 0..<ImageAxis.count where !view.arrangement.covers(axis) {
            view = try cut(view, along: axis, for: node)
        }
        guard view.arrangement.isBijection else { throw Refusal("elements of the image are repeated") }
        return view
    }

    private mutating func scaled(_ view: ImageView, for node: Node) throws -> ImageView {
        let factor = addConstant(try Tensor(scalar: view.factor), for: node, "factor")
        let layout = preferredLayout([view])
        let image = emit(
            Mul(), for: node, inputs: [value(view.image, layout), factor], extents: images[view.image].extents,
            layout: layout)
        return ImageView(image: image, arrangement: view.arrangement)
    }

    /// Cuts what a view shows along one axis out of its image.
    private mutating func cut(_ view: ImageView, along axis: Int, for node: Node) throws -> ImageView {
        let arrangement = view.arrangement
        let digits = arrangement.digits.filter { $0.axis == axis }.sorted { $0.stride < $1.stride }
        let (origin, extent) = (arrangement.origin[axis], arrangement.source[axis])
        let step = digits.first?.stride ?? 1
        var count = 1
        for digit in digits {
            guard digit.stride == step * count else { throw Refusal("the part of the image is no regular grid") }
            count *= digit.extent
        }
        guard origin + (count - 1) * step < extent else { throw Refusal("the part wraps around the image's edge") }
        var extents = images[view.image].extents
        extents[axis] = count
        var end = origin + (count - 1) * step + 1
        if !keepsSize, axis == ImageAxis.height || axis == ImageAxis.width {
            guard count * step == extent, origin < step else {
                throw Refusal(
                    "\(count) of \(extent) rows or columns are cut out, which is neither the crop of the padding nor "
                        + "every so many of them")
            }
            end = Int(Int32.max)
            let cell = axis == ImageAxis.height ? [step, 1] : [1, step]
            try padding.require(window: cell, height: arrangement.source[1], width: arrangement.source[2])
        }
        let image = try slice(view.image, axis, (origin, end, step), extents, node)
        let axes = arrangement.axes.map { digits in
            digits.map { digit in
                digit.axis == axis ? Digit(axis: axis, stride: digit.stride / step, extent: digit.extent) : digit
            }
        }
        var start = arrangement.origin
        start[axis] = 0
        return ImageView(
            image: image, arrangement: Arrangement(source: images[image].extents, axes: axes, origin: start))
    }

    private mutating func slice(
        _ image: Int, _ axis: Int, _ bounds: (start: Int, end: Int, step: Int), _ extents: [Int], _ node: Node
    ) throws -> Int {
        let layout: MemoryLayoutOrder = images[image].channelsLast != nil ? .channelsLast : .channelsFirst
        let position = layout == .channelsLast ? axis : [0, 2, 3, 1][axis]
        let numbers = try [bounds.start, bounds.end, position, bounds.step].map { bound in
            lifted.addConstant("slice", try Tensor(vector: [Int64(bound)]))
        }
        let inputs = [value(image, layout)] + numbers
        return emit(Slice(), for: node, inputs: inputs, extents: extents, layout: layout)
    }

    /// The view with the padding removed, where it shows just what lies inside; else nil.
    private mutating func cropped(_ view: ImageView, for node: Node) throws -> ImageView? {
        let arrangement = view.arrangement
        let full = [arrangement.source[ImageAxis.height], arrangement.source[ImageAxis.width]]
        let scale = full[0] / max(padding.paddedHeight, 1)
        let inner = [scale * padding.height, scale * padding.width]
        let shown = [ImageAxis.height, ImageAxis.width].map { axis in
            arrangement.digits.filter { $0.axis == axis }.reduce(1) { $0 * $1.extent }
        }
        guard scale > 0, full == [scale * padding.paddedHeight, scale * padding.paddedWidth], shown == inner,
            shown != full, arrangement.origin[ImageAxis.height] == 0, arrangement.origin[ImageAxis.width] == 0
        else { return nil }
        let image = try crop(view.image, scale: scale, for: node)
        let result = Arrangement(source: images[image].extents, axes: arrangement.axes, origin: arrangement.origin)
        return ImageView(image: image, arrangement: result)
    }

    /// The image without what the input's padding has become.
    mutating func crop(_ image: Int, scale: Int, for node: Node) throws -> Int {
        var extents = images[image].extents
        extents[ImageAxis.height] = scale * padding.height
        extents[ImageAxis.width] = scale * padding.width
        return emit(
            CropToScale(scale: scale), for: node, inputs: [channelsFirst(image), padding.input], extents: extents,
            layout: .channelsFirst)
    }

    /// The layout in which most of the views' images exist.
    func preferredLayout(_ views: [ImageView]) -> MemoryLayoutOrder {
        let last = views.count { images[$0.image].channelsLast != nil }
        let first = views.count { images[$0.image].channelsFirst != nil }
        return last >= first ? .channelsLast : .channelsFirst
    }

    /// The image that a view shows as `[B, C, H, W]`.
    ///
    /// - Throws: a ``Refusal`` where the view is another arrangement.
    mutating func image(_ view: ImageView, for node: Node) throws -> Int {
        let view = try dense(view, for: node)
        let arrangement = view.arrangement
        guard arrangement.origin.allSatisfy({ $0 == 0 }) else { throw Refusal("the image is rolled") }
        if arrangement == Arrangement(source: arrangement.source, order: [0, 3, 1, 2]) { return view.image }
        if let block = pixelShuffle(arrangement) {
            let (operation, extents) = block
            let source = channelsFirst(view.image)
            return emit(operation, for: node, inputs: [source], extents: extents, layout: .channelsFirst)
        }
        throw Refusal(
            "the operand is no image [B, C, H, W] but \(arrangement.shape) of the image \(arrangement.source)")
    }

    /// The operator that spreads channels over blocks of r × r pixels, where the arrangement does that.
    private func pixelShuffle(_ arrangement: Arrangement) -> (DepthToSpace, [Int])? {
        let source = arrangement.source
        let shape = arrangement.shape
        guard shape.count == 4, shape[0] == source[0], source[1] > 0, shape[2].isMultiple(of: source[1]) else {
            return nil
        }
        let block = shape[2] / source[1]
        guard block > 1, source[3] == shape[1] * block * block, shape[3] == source[2] * block else { return nil }
        for mode in DepthToSpace.Mode.allCases {
            let (channel, row, column) =
                mode == .columnRowDepth ? (block * block, block, 1) : (1, block * shape[1], shape[1])
            let expected = Arrangement(
                source: source,
                axes: [
                    [Digit(axis: 0, stride: 1, extent: source[0])], [Digit(axis: 3, stride: channel, extent: shape[1])],
                    [Digit(axis: 1, stride: 1, extent: source[1]), Digit(axis: 3, stride: row, extent: block)],
                    [Digit(axis: 2, stride: 1, extent: source[2]), Digit(axis: 3, stride: column, extent: block)],
                ])
            if arrangement == expected {
                return (DepthToSpace(blockSize: block, mode: mode), [source[0], shape[2], shape[3], shape[1]])
            }
        }
        return nil
    }

    /// The view with all channels of each pixel along its last axis, however the pixels stand.
    ///
    /// - Throws: a ``Refusal`` where it has no such axis.
    mutating func rows(_ view: ImageView, for node: Node) throws -> ImageView {
        let view = try dense(view, for: node)
        let channels = view.arrangement.source[ImageAxis.channel]
        let whole = channels == 1 ? [] : [Digit(axis: ImageAxis.channel, stride: 1, extent: channels)]
        guard view.arrangement.axes.last == whole, view.arrangement.origin[ImageAxis.channel] == 0 else {
            throw Refusal("the last axis of the operand is not the \(channels) channels of a pixel")
        }
        return view
    }

    /// The view of another image with the same pixels and `channels` channels, arranged as `view`, whose last axis is
    /// all channels.
    func arranged(_ image: Int, as view: ImageView, channels: Int) -> ImageView {
        var axes = view.arrangement.axes
        axes[axes.count - 1] = [Digit(axis: ImageAxis.channel, stride: 1, extent: channels)]
        return ImageView(
            image: image,
            arrangement: Arrangement(source: images[image].extents, axes: axes, origin: view.arrangement.origin))
    }

    /// An image as a view `[B, C, H, W]`.
    func plainView(_ image: Int) -> ImageView {
        ImageView(image: image, arrangement: Arrangement(source: images[image].extents, order: [0, 3, 1, 2]))
    }
}
