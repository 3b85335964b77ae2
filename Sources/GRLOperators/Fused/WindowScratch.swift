import CKernels
import GRLGraph
import GRLTensor

/// The memory in which a thread projects one window and attends to it: parts that follow one another, in floats.
struct WindowScratch {
    /// Pixels of the image that are projected at once; they stay in the nearest cache.
    let chunkPixels: Int
    /// The projected window [tokens, channels].
    let projected = 0
    /// The image's pixels of a chunk.
    let chunk: Int
    /// What the layer's kernel works in.
    let layer: Int
    /// The attention's result for the window, where its queries are projected.
    let output: Int
    /// What the attention's kernel works in.
    let attention: Int
    let byteCount: Int

    /// About so many pixels make a chunk; whole rows of a window.
    private static let pixelsOfChunk = 4 * FusedWork.block

    /// - Throws: `SIZE_OVERFLOW`.
    init(_ operation: ProjectedAttention, _ layout: WindowAttentionLayout, isBiased: Bool) throws {
        let grid = operation.operands.areQueries ? layout.query : layout.key
        let weights = operation.projection.layer.weights
        chunkPixels = min(max(Self.pixelsOfChunk / grid.columns, 1), grid.rows) * grid.columns
        chunk = try Checked.multiply(grid.tokens, weights.outputChannels)
        layer = try Checked.add(chunk, Checked.multiply(chunkPixels, weights.inputChannels))
        output = try Checked.add(layer, weights.kernels.convolve.scratch_floats(0, weights.outputChannels))
        let channels = operation.attention.heads * operation.attention.headSize
        let results = operation.operands.areQueries ? try Checked.multiply(grid.tokens, channels) : 0
        attention = try Checked.add(output, results)
        byteCount = try Checked.add(
            Checked.multiply(attention, MemoryLayout<Float>.stride),
            operation.attention.scratchBytes(layout, isBiased: isBiased))
    }
}
