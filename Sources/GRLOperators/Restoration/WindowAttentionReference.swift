import Glibc

/// Window attention in plain loops, with float64 inside.
struct WindowAttentionReference {
    let operation: WindowAttention
    let layout: WindowAttentionLayout
    let query: [Float]
    let key: [Float]
    let value: [Float]
    let scale: [Float]
    let table: [Float]?

    /// The keys of one head in one window of one image.
    struct Keys {
        let image: Int
        let down: Int
        let across: Int
        let head: Int
        /// Where they stand in the batch of images, row-major in each.
        let pixels: [Int]
        /// Their channels, divided by their norm if the attention is cosine attention.
        let rows: [[Double]]
    }

    /// Computes all heads of one window of one image.
    func attend(_ index: Int, _ output: UnsafeMutableBufferPointer<Float>) {
        let place = layout.place(of: index)
        let depth = operation.headSize
        for head in 0..<operation.heads {
            let keys = keys(image: place.image, place.down, place.across, head: head)
            for token in 0..<layout.query.tokens {
                let weights = weights(ofQuery: token, over: keys)
                let pixel = pixel(ofQuery: token, keys)
                for channel in 0..<depth {
                    var sum = 0.0
                    for (weight, keyPixel) in zip(weights, keys.pixels) {
                        let first = keyPixel * layout.valueChannels + operation.valueChannel + head * depth
                        sum += weight * Double(value[first + channel])
                    }
                    output[(pixel * operation.heads + head) * depth + channel] = Float(sum)
                }
            }
        }
    }

    /// The keys of a head in window (down, across) of an image.
    func keys(image: Int, _ down: Int, _ across: Int, head: Int) -> Keys {
        let grid = layout.key
        let pixels = (0..<grid.tokens).map {
            image * grid.height * grid.width + grid.pixel(down, across, $0 / grid.columns, $0 % grid.columns)
        }
        return Keys(
            image: image, down: down, across: across, head: head, pixels: pixels,
            rows: pixels.map { row(key, $0, layout.keyChannels, operation.keyChannel, head) })
    }

    /// The softmax of the logits of query `token` and the keys of its window; NaN where a logit is NaN.
    func weights(ofQuery token: Int, over keys: Keys) -> [Double] {
        let (grid, keyGrid) = (layout.query, layout.key)
        let (rowSplit, columnSplit) = (grid.rowSplit(of: keys.down), grid.columnSplit(of: keys.across))
        let keySplits = (keyGrid.rowSplit(of: keys.down), keyGrid.columnSplit(of: keys.across))
        let (y, x) = token.quotientAndRemainder(dividingBy: grid.columns)
        let queryRow = row(
            query, pixel(ofQuery: token, keys), layout.queryChannels, operation.queryChannel, keys.head)
        let logits = keys.rows.enumerated().map { other, keyRow in
            let (keyY, keyX) = other.quotientAndRemainder(dividingBy: keyGrid.columns)
            var product = 0.0
            for channel in 0..<operation.headSize { product += queryRow[channel] * keyRow[channel] }
            let isMasked =
                isAfter(y, rowSplit) != isAfter(keyY, keySplits.0)
                || isAfter(x, columnSplit) != isAfter(keyX, keySplits.1)
            return Double(scale[keys.head]) * product + bias(keys.head, y - keyY, x - keyX)
                + (isMasked ? Double(operation.mask) : 0)
        }
        return softmax(logits)
    }

    /// Where a query of the window of `keys` stands in the batch of images.
    private func pixel(ofQuery token: Int, _ keys: Keys) -> Int {
        let grid = layout.query
        return keys.image * grid.height * grid.width
            + grid.pixel(keys.down, keys.across, token / grid.columns, token % grid.columns)
    }

    /// The channels of one head at one pixel, divided by their norm if the attention is cosine attention.
    private func row(_ image: [Float], _ pixel: Int, _ channels: Int, _ first: Int, _ head: Int) -> [Double] {
        let start = pixel * channels + first + head * operation.headSize
        let row = image[start..<start + operation.headSize].map { Double($0) }
        guard operation.isCosine else { return row }
        let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let divisor = norm < Double(operation.epsilon) ? Double(operation.epsilon) : norm
        return row.map { $0 / divisor }
    }

    private func bias(_ head: Int, _ down: Int, _ across: Int) -> Double {
        guard let table else { return 0 }
        let rows = layout.query.rows + layout.key.rows - 1
        let columns = layout.query.columns + layout.key.columns - 1
        return Double(
            table[(head * rows + down + layout.key.rows - 1) * columns + across + layout.key.columns - 1])
    }

    private func isAfter(_ place: Int, _ split: Int?) -> Bool { split.map { place >= $0 } ?? false }

    /// e^x over the sum of all e^x; NaN where an element is NaN.
    private func softmax(_ logits: [Double]) -> [Double] {
        let largest = logits.max() ?? 0
        let powers = logits.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
