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
    /// Queries that a piece of a window has at least: each piece prepares all keys anew, which takes as long as some fifty
    /// queries do.
    private static let leastQueries = 512

    /// Computes `result`.
    ///
    /// - Throws: `DTYPE`.
    func run(query: Tensor, key: Tensor, value: Tensor, into result: Tensor, on executor: any ParallelExecutor) throws {
        let kernels = grl_kernels().pointee.attention
        let all = heads.heads
        let bytes = try operation.scratchBytes(layout, isBiased: all.contains { $0.biased })
        let (q, k, v) = (try query.floats(), try key.floats(), try value.floats())
        let output = try result.mutableFloats()
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
                    var (head, window) = (all[place], window(number, head: place, q, k, v, output))
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

    private func window(
        _ number: Int, head: Int, _ query: UnsafePointer<Float>, _ key: UnsafePointer<Float>,
        _ value: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
    ) -> grl_attention_window {
        let (line, across) = number.quotientAndRemainder(dividingBy: layout.query.windowsAcross)
        let (image, down) = line.quotientAndRemainder(dividingBy: layout.query.windowsDown)
        let (queryPixel, keyPixel) = (image * layout.query.pixels, image * layout.key.pixels)
        let channel = head * operation.headSize
        let width = operation.heads * operation.headSize
        return grl_attention_window(
            queries: layout.query.side(down, across, isDivided: operation.mask != 0),
            keys: layout.key.side(down, across, isDivided: operation.mask != 0),
            query: query + queryPixel * layout.queryChannels + operation.queryChannel + channel,
            query_stride: layout.queryChannels,
            key: key + keyPixel * layout.keyChannels + operation.keyChannel + channel, key_stride: layout.keyChannels,
            value: value + keyPixel * layout.valueChannels + operation.valueChannel + channel,
            value_stride: layout.valueChannels, output: output + queryPixel * width + channel, output_stride: width,
            mask: operation.mask)
    }
}

extension WindowGrid {
    /// Pixels of an image.
    fileprivate var pixels: Int { height * width }

    /// One side of window (down, across) as the kernels take it.
    fileprivate func side(_ down: Int, _ across: Int, isDivided: Bool) -> grl_window_side {
        grl_window_side(
            image_rows: height, image_columns: width, top: top(of: down), left: left(of: across),
            row_split: isDivided ? rowSplit(of: down) ?? 0 : 0,
            column_split: isDivided ? columnSplit(of: across) ?? 0 : 0)
    }
}
