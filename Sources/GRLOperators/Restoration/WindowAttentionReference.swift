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

    /// Computes all heads of one window of one image.
    func attend(_ index: Int, _ output: UnsafeMutableBufferPointer<Float>) {
        let (queries, keys, depth) = (layout.query, layout.key, operation.headSize)
        let place = layout.place(of: index)
        let (down, across) = (place.down, place.across)
        let (queryPlane, keyPlane) = (place.image * queries.pixels, place.image * keys.pixels)
        let keyPixels = (0..<keys.tokens).map {
            keyPlane + keys.pixel(down, across, $0 / keys.columns, $0 % keys.columns)
        }
        for head in 0..<operation.heads {
            let keyRows = keyPixels.map { row(key, $0, layout.keyChannels, operation.keyChannel, head) }
            for token in 0..<queries.tokens {
                let (y, x) = token.quotientAndRemainder(dividingBy: queries.columns)
                let pixel = queryPlane + queries.pixel(down, across, y, x)
                let queryRow = row(query, pixel, layout.queryChannels, operation.queryChannel, head)
                let logits = keyRows.enumerated().map { other, keyRow in
                    let (keyY, keyX) = other.quotientAndRemainder(dividingBy: keys.columns)
                    var product = 0.0
                    for channel in 0..<depth { product += queryRow[channel] * keyRow[channel] }
                    let isMasked =
                        isAfter(y, queries.rowSplit(of: down)) != isAfter(keyY, keys.rowSplit(of: down))
                        || isAfter(x, queries.columnSplit(of: across)) != isAfter(keyX, keys.columnSplit(of: across))
                    return Double(scale[head]) * product + bias(head, y - keyY, x - keyX)
                        + (isMasked ? Double(operation.mask) : 0)
                }
                let weights = softmax(logits)
                for channel in 0..<depth {
                    var sum = 0.0
                    for (weight, keyPixel) in zip(weights, keyPixels) {
                        let first = keyPixel * layout.valueChannels + operation.valueChannel + head * depth
                        sum += weight * Double(value[first + channel])
                    }
                    output[(pixel * operation.heads + head) * depth + channel] = Float(sum)
                }
            }
        }
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
