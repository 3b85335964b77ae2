package import GRLGraph
package import GRLOperators

extension AttentionLayer {
    /// The sizes of a branch.
    package struct Geometry: Sendable {
        /// Rows and columns of a window or a stripe, and by how much it is shifted.
        package let window: PixelPair
        package let shift: PixelPair
        /// Rows and columns of a stripe's anchors; nil for windows.
        package let anchors: PixelPair?
        package let heads: Int
        /// Channels of a head.
        package let headSize: Int
        /// Whether pairs of pixels that only the shift has brought together are masked.
        package let isMasked: Bool
    }

    /// The sizes of a branch; nil where the layer does not have it.
    package func geometry(of branch: Branch, in graph: Graph) -> Geometry? {
        guard let node = branch == .window ? window : stripe?.read, graph.contains(node),
            let operation = graph[node].operation as? WindowAttention
        else { return nil }
        return Geometry(
            window: operation.query.window, shift: operation.query.shift,
            anchors: branch == .stripe ? operation.key.window : nil, heads: operation.heads,
            headSize: operation.headSize, isMasked: operation.mask != 0)
    }
}
