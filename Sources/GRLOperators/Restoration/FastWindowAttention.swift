import CKernels
import GRLGraph
import GRLTensor

/// Window attention with the kernels that keep scores in caches: a piece of work is some query rows of one head in one
/// window, or several such windows. Pieces are cut by sizes alone, and a result's bits do not depend on the cuts.
struct FastWindowAttention {
    let operation: WindowAttention
    let layout: WindowAttentionLayout
    let heads: AttentionHeads
    /// Gives the memory that keys are prepared in.
    let allocator: TensorAllocator

    /// Scores of a piece of work: some hundreds of microseconds.
    private static let pieceScores = 1 << 20
    /// Queries that a piece of a window has at least: each piece prepares all keys anew, which takes as long as some
    /// fifty queries do.
    private static let leastQueries = 512

    /// Computes `result`.
    ///
    /// - Throws: `DTYPE`.
    func run(query: Tensor, key: Tensor, value: Tensor, into result: Tensor, on executor: any ParallelExecutor) throws {
        let kernels = operation.kernels.attention
        let all = heads.heads
        let bytes = try operation.scratchBytes(layout, isBiased: all.contains { $0.biased })
        let sources = AttentionSources(
            query: try query.floats(), key: try key.floats(), value: try value.floats(),
            output: try result.mutableFloats())
        let rows = rowsOfPiece
        let cuts = (layout.query.rows - 1) / rows + 1
        let scores = rows * layout.query.columns * layout.key.tokens
        let grain = max(Self.pieceScores / max(scores, 1), 1)
        try executor.forEachRange(
            of: layout.windowCount * all.count * cuts, grain: grain,
            throwing: { range in
                let scratch = try allocator.allocate(byteCount: bytes)
                let memory = scratch.address.assumingMemoryBound(to: Float.self)
                for index in range {
                    let (rest, cut) = index.quotientAndRemainder(dividingBy: cuts)
                    let (number, place) = rest.quotientAndRemainder(dividingBy: all.count)
                    var (head, window) = (all[place], window(layout.place(of: number), head: place, sources))
                    let row = cut * rows
                    kernels.attend(&head, &window, row, min(rows, layout.query.rows - row), memory)
                }
                withExtendedLifetime(scratch) {}
            })
        withExtendedLifetime((heads, query, key, value, result)) {}
    }

    /// Query rows of a piece of one window.
    private var rowsOfPiece: Int {
        let queries = max(Self.pieceScores / max(layout.key.tokens, 1), Self.leastQueries)
        return min(max(queries / layout.query.columns, 1), layout.query.rows)
    }

    /// One head of a window as the kernels take it.
    func window(_ place: WindowPlace, head: Int, _ sources: AttentionSources) -> grl_attention_window {
        let channel = head * operation.headSize
        let width = operation.heads * operation.headSize
        let isDivided = operation.mask != 0
        let queryPixel = sources.queryIsWindow ? 0 : place.image * layout.query.pixels
        let keyPixel = sources.keyIsWindow ? 0 : place.image * layout.key.pixels
        return grl_attention_window(
            queries: layout.query.side(place, isDivided: isDivided, isImage: sources.queryIsWindow),
            keys: layout.key.side(place, isDivided: isDivided, isImage: sources.keyIsWindow),
            query: sources.query + queryPixel * layout.queryChannels + operation.queryChannel + channel,
            query_stride: layout.queryChannels,
            key: sources.key + keyPixel * layout.keyChannels + operation.keyChannel + channel,
            key_stride: layout.keyChannels,
            value: sources.value + keyPixel * layout.valueChannels + operation.valueChannel + channel,
            value_stride: layout.valueChannels, output: sources.output + queryPixel * width + channel,
            output_stride: width, mask: operation.mask)
    }
}

/// Where an attention reads and writes: images, or the pixels of one window alone, row by row.
struct AttentionSources: @unchecked Sendable {
    let query: UnsafePointer<Float>
    let key: UnsafePointer<Float>
    let value: UnsafePointer<Float>
    /// Laid out as the query is.
    let output: UnsafeMutablePointer<Float>
    var queryIsWindow = false
    var keyIsWindow = false
}

extension WindowGrid {
    /// One side of a window as the kernels take it.
    ///
    /// - Parameter isImage: whether the window's pixels are by themselves, as an image of its size.
    fileprivate func side(_ place: WindowPlace, isDivided: Bool, isImage: Bool) -> grl_window_side {
        grl_window_side(
            image_rows: isImage ? rows : height, image_columns: isImage ? columns : width,
            top: isImage ? 0 : top(of: place.down), left: isImage ? 0 : left(of: place.across),
            row_split: isDivided ? rowSplit(of: place.down) ?? 0 : 0,
            column_split: isDivided ? columnSplit(of: place.across) ?? 0 : 0)
    }
}
