import GRLTensor

/// Places blocks in one stretch of memory so that blocks that are in use at the same step never share a byte.
///
/// The largest block goes first; each takes the tightest gap between the placed blocks that are in use while it is, or
/// follows the last of them. That is seldom more than a few percent above the most bytes in use at any step.
struct ArenaLayout {
    struct Block {
        /// A multiple of ``TensorAllocator/alignment``.
        let byteCount: Int
        /// The steps at which the block is in use.
        let steps: ClosedRange<Int>
    }

    /// Where each block starts, in bytes.
    let offsets: [Int]
    /// The length of the stretch.
    let byteCount: Int

    /// - Throws: `SIZE_OVERFLOW`.
    init(_ blocks: [Block]) throws(TensorError) {
        let order = blocks.indices.sorted { a, b in
            (blocks[b].byteCount, blocks[a].steps.lowerBound, a) < (blocks[a].byteCount, blocks[b].steps.lowerBound, b)
        }
        var offsets = [Int](repeating: 0, count: blocks.count)
        var placed: [Int] = []
        var byteCount = 0
        for index in order {
            let block = blocks[index]
            let offset = Self.gap(for: block, among: placed, blocks, offsets)
            offsets[index] = offset
            byteCount = max(byteCount, try Checked.add(offset, block.byteCount))
            placed.insert(index, at: Self.position(of: offset, in: placed, offsets))
        }
        self.offsets = offsets
        self.byteCount = byteCount
    }

    /// Where the tightest gap for `block` starts. `placed` is sorted by offset.
    private static func gap(for block: Block, among placed: [Int], _ blocks: [Block], _ offsets: [Int]) -> Int {
        var best: (offset: Int, length: Int)?
        var end = 0
        for index in placed where blocks[index].steps.overlaps(block.steps) {
            let length = offsets[index] - end
            if length >= block.byteCount, best.map({ length < $0.length }) ?? true { best = (end, length) }
            end = max(end, offsets[index] + blocks[index].byteCount)
        }
        return best?.offset ?? end
    }

    /// The first position in `placed` with an offset above `offset`.
    private static func position(of offset: Int, in placed: [Int], _ offsets: [Int]) -> Int {
        var (low, high) = (0, placed.count)
        while low < high {
            let middle = (low + high) / 2
            if offsets[placed[middle]] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
