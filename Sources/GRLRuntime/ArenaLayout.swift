package import GRLTensor

/// Places blocks in one stretch of memory so that blocks that are in use at the same step never share a byte.
///
/// Blocks are placed one after the other, the largest first, each in the tightest gap between those that are in use
/// while it is, or after the last of them. Then the blocks at the end of the stretch are moved to the front of that
/// order, and all are placed anew, as long as that is cheap; the shortest stretch counts.
package struct ArenaLayout {
    package struct Block {
        /// A multiple of ``TensorAllocator/alignment``.
        package let byteCount: Int
        /// The steps at which the block is in use.
        package let steps: ClosedRange<Int>

        package init(byteCount: Int, steps: ClosedRange<Int>) {
            self.byteCount = byteCount
            self.steps = steps
        }
    }

    /// The most times that blocks are placed anew, and the most pairs of blocks that are looked at on the way.
    private static let rounds = 64
    private static let work = 1 << 23

    /// Where each block starts, in bytes.
    package let offsets: [Int]
    /// The length of the stretch.
    package let byteCount: Int

    /// - Throws: `SIZE_OVERFLOW`.
    package init(_ blocks: [Block]) throws(TensorError) {
        var order = blocks.indices.sorted { (blocks[$1].byteCount, $0) < (blocks[$0].byteCount, $1) }
        var best = try ArenaLayout(blocks, in: order)
        let shortest = Self.mostInUse(blocks)
        var last = best
        for _ in 0..<min(Self.rounds, Self.work / max(blocks.count * blocks.count, 1)) where best.byteCount > shortest {
            let isAtEnd = { (index: Int) in last.offsets[index] + blocks[index].byteCount == last.byteCount }
            order = order.filter(isAtEnd) + order.filter { !isAtEnd($0) }
            last = try ArenaLayout(blocks, in: order)
            if last.byteCount < best.byteCount { best = last }
        }
        self = best
    }

    private init(_ blocks: [Block], in order: [Int]) throws(TensorError) {
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

    /// The most bytes in use at any step, below which no stretch can be; correct as long as the sum of all blocks fits.
    private static func mostInUse(_ blocks: [Block]) -> Int {
        var changes = [Int](repeating: 0, count: (blocks.map(\.steps.upperBound).max() ?? 0) + 2)
        for block in blocks {
            changes[block.steps.lowerBound] &+= block.byteCount
            changes[block.steps.upperBound + 1] &-= block.byteCount
        }
        var (live, most) = (0, 0)
        for change in changes {
            live &+= change
            most = max(most, live)
        }
        return most
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
