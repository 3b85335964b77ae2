import GRLGraph
package import GRLTensor

/// Which pixels a query attends to, and how much.
package struct AttentionRow: Sendable {
    /// Pixels of the key's image, row-major.
    package let pixels: [Int]
    /// A weight for each, not below 0; together 1.
    package let weights: [Double]
}

/// Reads the weights of a ``WindowAttention`` for single queries: what its softmax gives, by the plain loops that
/// define it.
package struct AttentionRows: Sendable {
    private let reference: WindowAttentionReference

    /// - Parameter inputs: those of the operator; all heads of an image are read where a window is.
    /// - Throws: what the operator throws for inputs that do not fit.
    package init(_ operation: WindowAttention, inputs: [Tensor?]) throws {
        let context = EvaluationContext(inputs: inputs)
        reference = WindowAttentionReference(
            operation: operation, layout: try WindowAttentionLayout(operation, context.inferenceContext),
            query: try context.input(0).elements(of: Float.self), key: try context.input(1).elements(of: Float.self),
            value: [], scale: try context.input(3).elements(of: Float.self),
            table: try context.optionalInput(4)?.elements(of: Float.self))
    }

    /// How many heads there are.
    package var heads: Int { reference.operation.heads }
    /// Height and width of the queries' image, and of the keys'.
    package var queryExtents: PixelPair { PixelPair(reference.layout.query.height, reference.layout.query.width) }
    package var keyExtents: PixelPair { PixelPair(reference.layout.key.height, reference.layout.key.width) }

    /// Calls `body` with one head's row of each of `queries`, pixels of the query's image, row-major. Neighbours in the
    /// list that are of one window share its keys.
    ///
    /// - Throws: `INDEX_RANGE` where a query, the head or the image is not there; what `body` throws.
    package func forEachRow(
        ofQueries queries: [Int], head: Int, image: Int = 0, _ body: (_ query: Int, AttentionRow) throws -> Void
    ) throws {
        let (layout, grid) = (reference.layout, reference.layout.query)
        guard (0..<reference.operation.heads).contains(head), (0..<layout.images).contains(image),
            queries.allSatisfy((0..<grid.height * grid.width).contains)
        else {
            throw OperatorError(
                .indexRange,
                "head \(head) of image \(image) is read at pixels \(queries.min() ?? 0) to \(queries.max() ?? 0); there "
                    + "are \(reference.operation.heads) heads, \(layout.images) images and \(grid.height * grid.width) "
                    + "pixels")
        }
        let first = image * layout.key.height * layout.key.width
        var window: (keys: WindowAttentionReference.Keys, pixels: [Int])?
        for query in queries {
            let place = grid.place(ofPixel: query)
            if window?.keys.down != place.down || window?.keys.across != place.across { window = nil }
            let (keys, pixels) =
                window
                ?? {
                    let keys = reference.keys(image: image, place.down, place.across, head: head)
                    return (keys, keys.pixels.map { $0 - first })
                }()
            window = (keys, pixels)
            try body(query, AttentionRow(pixels: pixels, weights: reference.weights(ofQuery: place.token, over: keys)))
        }
    }

    /// One head's row of a query.
    ///
    /// - Throws: as ``forEachRow(ofQueries:head:image:_:)``.
    package func row(ofQuery query: Int, head: Int, image: Int = 0) throws -> AttentionRow {
        var result = AttentionRow(pixels: [], weights: [])
        try forEachRow(ofQueries: [query], head: head, image: image) { result = $1 }
        return result
    }
}

extension WindowGrid {
    /// The window that holds a pixel of the image, and the pixel's number in it; the reverse of ``pixel(_:_:_:_:)``.
    fileprivate func place(ofPixel pixel: Int) -> (down: Int, across: Int, token: Int) {
        let y = (pixel / width + height - top(of: 0)) % height
        let x = (pixel % width + width - left(of: 0)) % width
        return (y / rows, x / columns, y % rows * columns + x % columns)
    }
}
