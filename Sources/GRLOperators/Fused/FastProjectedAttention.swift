import CKernels
import GRLGraph
import GRLTensor

/// Projected attention by windows: a piece of work projects one window and attends to it, all in one thread's caches.
struct FastProjectedAttention {
    private let operands: ProjectedAttention.Operands
    private let attention: FastWindowAttention
    private let layout: WindowAttentionLayout
    private let layer: FastLayer
    private let epilogue: FastEpilogue
    private let scratch: WindowScratch
    private let allocator: TensorAllocator

    /// - Throws: memory errors.
    init(
        _ operation: ProjectedAttention, _ layout: WindowAttentionLayout, _ heads: AttentionHeads,
        _ allocator: TensorAllocator, isBiased: Bool
    ) throws {
        operands = operation.operands
        attention = FastWindowAttention(
            operation: operation.attention, layout: layout, heads: heads, allocator: allocator)
        self.layout = layout
        layer = try FastLayer(operation.projection.layer)
        epilogue = try FastEpilogue(layer, nil)
        scratch = try WindowScratch(operation, layout, isBiased: isBiased)
        self.allocator = allocator
    }

    /// Computes `result`.
    ///
    /// - Parameter tensors: queries, keys and values, or the image in their places.
    /// - Throws: `DTYPE`; memory errors.
    func run(_ tensors: [Tensor], into result: Tensor, on executor: any ParallelExecutor) throws {
        let image = try tensors[operands.image].floats()
        let (q, k, v) = (try tensors[0].floats(), try tensors[1].floats(), try tensors[2].floats())
        let output = try result.mutableFloats()
        let all = attention.heads.heads
        let kernels = attention.operation.kernels.attention
        try executor.forEachRange(
            of: layout.windowCount, grain: 1,
            throwing: { range in
                let memory = try allocator.allocate(byteCount: scratch.byteCount)
                let start = memory.address.assumingMemoryBound(to: Float.self)
                let projected = UnsafePointer(start + scratch.projected)
                let sources = AttentionSources(
                    query: operands.areQueries ? projected : q, key: operands.areKeys ? projected : k,
                    value: operands.areKeys ? projected : v,
                    output: operands.areQueries ? start + scratch.output : output,
                    queryIsWindow: operands.areQueries, keyIsWindow: operands.areKeys)
                for number in range {
                    let place = layout.place(of: number)
                    project(place, image, start)
                    for (head, prepared) in all.enumerated() {
                        var (prepared, window) = (prepared, attention.window(place, head: head, sources))
                        kernels.attend(&prepared, &window, 0, layout.query.rows, start + scratch.attention)
                    }
                    if operands.areQueries { store(place, start + scratch.output, output) }
                }
                withExtendedLifetime(memory) {}
            })
        withExtendedLifetime((self, tensors, result)) {}
    }

    /// Projects the pixels of a window, some rows at a time.
    private func project(_ place: WindowPlace, _ image: UnsafePointer<Float>, _ start: UnsafeMutablePointer<Float>) {
        let kernels = layer.kernels
        let grid = operands.areQueries ? layout.query : layout.key
        let channels = layer.layer.depth
        let source = image + place.image * grid.pixels * channels
        let chunk = start + scratch.chunk
        let target = FastTarget(start: start + scratch.projected, residuals: [], stride: layer.layer.columns)
        var (layer, epilogue) = (layer.layer, epilogue.epilogue)
        var rows = grl_row_source(start: chunk, channels: channels, stride: channels, line_stride: 0)
        for first in stride(from: 0, to: grid.tokens, by: scratch.chunkPixels) {
            let tokens = first..<min(first + scratch.chunkPixels, grid.tokens)
            grid.forEachRun(of: place, tokens) { token, pixel, count in
                (chunk + (token - first) * channels).update(from: source + pixel * channels, count: count * channels)
            }
            var results = target.rows(from: first)
            kernels.linear(&layer, &rows, 1, tokens.count, &epilogue, &results, start + scratch.layer)
        }
    }

    /// Puts a window's results where its pixels are.
    private func store(
        _ place: WindowPlace, _ results: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
    ) {
        let channels = layout.output[3]
        let target = output + place.image * layout.query.pixels * channels
        layout.query.forEachRun(of: place, 0..<layout.query.tokens) { token, pixel, count in
            (target + pixel * channels).update(from: results + token * channels, count: count * channels)
        }
    }
}
