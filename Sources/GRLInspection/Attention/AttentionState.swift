import GRLGraph
package import GRLOperators
import GRLRuntime

/// A layer of a network that ran on a picture, ready to tell what its pixels attend to.
package struct AttentionState: Sendable {
    private let branch: AttentionLayer.Branch
    /// One for windows; the gathering and the reading one for stripes.
    private let attentions: [AttentionRows]

    init(branch: AttentionLayer.Branch, attentions: [AttentionRows]) {
        self.branch = branch
        self.attentions = attentions
    }

    /// How many heads there are.
    package var heads: Int { attentions.last?.heads ?? 0 }

    /// Height and width of the layer's image, the padding of the network's input included.
    package var extents: PixelPair { attentions.last?.queryExtents ?? PixelPair(0, 0) }

    /// What a pixel of the layer's image attends to.
    ///
    /// - Parameter head: one head alone; nil for the mean of all.
    /// - Throws: a ``RunError`` with `INDEX_RANGE` for a pixel or a head that is not there, with
    ///   `OUTPUT_NAN` where weights are no numbers; `CancellationError` when the
    ///   task is cancelled.
    package func attention(ofRow row: Int, column: Int, head: Int? = nil) throws -> PixelAttention {
        do {
            let heads = head.map { [$0] } ?? Array(0..<heads)
            guard row >= 0, column >= 0, column < extents.x, let reading = attentions.last, let first = attentions.first
            else {
                throw OperatorError(
                    .indexRange, "the pixel x \(column), y \(row) is outside the layer's image of \(extents)")
            }
            let query = row * extents.x + column
            let (pixels, factors) =
                branch == .window
                ? (try map(reading, query, heads), nil) : try stripe(query, heads, gather: first, read: reading)
            guard !pixels.weights.contains(where: \.isNaN) else {
                throw RunError(
                    code: "OUTPUT_NAN", message: "the attention is not a number; the layer's weights or inputs are none"
                )
            }
            return PixelAttention(branch: branch, row: row, column: column, pixels: pixels, factors: factors)
        } catch let error as OperatorError {
            throw RunError(code: error.code.rawValue, message: error.message)
        }
    }

    /// The mean over `heads` of what one query attends to.
    private func map(_ rows: AttentionRows, _ query: Int, _ heads: [Int]) throws -> AttentionMap {
        var map = AttentionMap(rows.keyExtents)
        for head in heads { map.add(try rows.row(ofQuery: query, head: head), times: 1 / Double(heads.count)) }
        return map
    }

    /// The product of both attentions of a stripe, head by head, and its factors.
    private func stripe(
        _ query: Int, _ heads: [Int], gather: AttentionRows, read: AttentionRows
    ) throws -> (AttentionMap, PixelAttention.Factors) {
        var product = AttentionMap(gather.keyExtents)
        for head in heads {
            let reading = try read.row(ofQuery: query, head: head)
            var factors: [Int: Double] = [:]
            for (anchor, weight) in zip(reading.pixels, reading.weights) { factors[anchor] = weight }
            try gather.forEachRow(ofQueries: reading.pixels, head: head) { anchor, row in
                try Task.checkCancellation()
                product.add(row, times: (factors[anchor] ?? 0) / Double(heads.count))
            }
        }
        let anchors = try map(read, query, heads)
        return (
            product,
            PixelAttention.Factors(
                anchors: anchors, strongestAnchor: anchors.strongest,
                gathered: try map(gather, anchors.strongest, heads))
        )
    }
}
