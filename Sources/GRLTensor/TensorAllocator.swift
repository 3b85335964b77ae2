import Synchronization

/// Hands out tensor memory within a budget and keeps freed blocks for the next tensor of their size.
///
/// Fresh pages cost a fault each on first touch, so a network's large intermediate tensors are served from blocks that
/// an earlier operator has released. Blocks in use and blocks kept stay together within 1.5 times the most that was
/// ever in use, and within the limit.
package final class TensorAllocator: Sendable {
    /// Tensors start on a cache line and on a full vector register.
    package static let alignment = 64
    private static let maximumCachedBlocks = 64

    /// The most bytes that may be in use at once.
    package let limit: Int
    private let state = Mutex(State())

    private struct Block: @unchecked Sendable {
        let address: UnsafeMutableRawPointer
        let byteCount: Int
    }

    private struct State {
        var inUse = 0
        var cached = 0
        var peak = 0
        var blocks: [Block] = []
    }

    /// - Parameter limit: bytes; no limit by default.
    package init(limit: Int = Int.max) {
        self.limit = limit
    }

    deinit {
        trim()
    }

    /// Bytes in use by live tensors.
    package var bytesInUse: Int { state.withLock { $0.inUse } }

    /// The most bytes that were ever in use.
    package var peakBytes: Int { state.withLock { $0.peak } }

    /// Returns memory for `byteCount` bytes, aligned to ``alignment``, its contents undefined.
    ///
    /// - Parameter recycled: whether a freed block may serve, and this one is kept when it is freed; otherwise it comes
    ///   from the system and goes back there, for memory that the caller keeps himself.
    /// - Throws: `MEMORY_BUDGET` above the limit, `OUT_OF_MEMORY` when the system has none left.
    package func allocate(byteCount: Int, recycled: Bool = true) throws(TensorError) -> TensorStorage {
        guard byteCount >= 0, byteCount <= Int.max / 2 else {
            throw TensorError(.sizeOverflow, "\(byteCount) bytes cannot be allocated")
        }
        let size = max((byteCount + Self.alignment - 1) / Self.alignment, 1) * Self.alignment
        let (reused, evicted) = try reserve(size, recycled: recycled)
        for block in evicted { SystemAllocator.free(block.address, byteCount: block.byteCount) }
        if let reused {
            return TensorStorage(reused.address, byteCount: reused.byteCount, allocator: self, isRecycled: true)
        }
        guard let address = SystemAllocator.allocate(size) else {
            state.withLock { $0.inUse -= size }
            throw TensorError(.outOfMemory, "the system has no \(size) bytes left")
        }
        return TensorStorage(address, byteCount: size, allocator: self, isRecycled: recycled)
    }

    /// Gives all cached blocks back to the system.
    package func trim() {
        let blocks = state.withLock { state in
            defer {
                state.blocks = []
                state.cached = 0
            }
            return state.blocks
        }
        for block in blocks { SystemAllocator.free(block.address, byteCount: block.byteCount) }
    }

    /// Counts `size` bytes as used; returns a cached block of that size if there is one, and the blocks to free for the
    /// budget. Larger ones do not serve: a run would then take more than its plan.
    private func reserve(_ size: Int, recycled: Bool) throws(TensorError) -> (Block?, evicted: [Block]) {
        let outcome: (block: Block?, evicted: [Block], inUse: Int, fits: Bool) = state.withLock { state in
            guard size <= limit - state.inUse else { return (nil, [], state.inUse, false) }
            var block: Block?
            if recycled, let index = state.blocks.lastIndex(where: { $0.byteCount == size }) {
                block = state.blocks.remove(at: index)
                state.cached -= size
            }
            state.inUse += size
            state.peak = max(state.peak, state.inUse)
            var evicted: [Block] = []
            while !state.blocks.isEmpty, state.cached > min(limit, state.peak + state.peak / 2) - state.inUse {
                let oldest = state.blocks.removeFirst()
                state.cached -= oldest.byteCount
                evicted.append(oldest)
            }
            return (block, evicted, state.inUse, true)
        }
        guard outcome.fits else {
            throw TensorError(
                .memoryBudget, "\(size) bytes more than the \(outcome.inUse) in use exceed the limit of \(limit) bytes")
        }
        return (outcome.block, outcome.evicted)
    }

    /// Frees the block of a storage that dies and was not to be kept.
    fileprivate func free(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        state.withLock { $0.inUse -= byteCount }
        SystemAllocator.free(address, byteCount: byteCount)
    }

    /// Takes a block back from a storage that dies.
    fileprivate func recycle(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        let block = Block(address: address, byteCount: byteCount)
        let surplus: Block? = state.withLock { state in
            state.inUse -= byteCount
            state.blocks.append(block)
            state.cached += byteCount
            guard state.blocks.count > Self.maximumCachedBlocks else { return nil }
            let oldest = state.blocks.removeFirst()
            state.cached -= oldest.byteCount
            return oldest
        }
        if let surplus { SystemAllocator.free(surplus.address, byteCount: surplus.byteCount) }
    }
}

/// A block of tensor memory; given back to its allocator with the last tensor that views it.
///
/// `@unchecked Sendable`: contents are written only before the tensor that owns them is shared, or by an operator that
/// holds the only reference.
package final class TensorStorage: @unchecked Sendable {
    /// The first byte, aligned to ``TensorAllocator/alignment``.
    package let address: UnsafeMutableRawPointer
    /// The bytes that may be used.
    package let byteCount: Int
    private let allocator: TensorAllocator
    private let isRecycled: Bool

    fileprivate init(
        _ address: UnsafeMutableRawPointer, byteCount: Int, allocator: TensorAllocator, isRecycled: Bool
    ) {
        self.address = address
        self.byteCount = byteCount
        self.allocator = allocator
        self.isRecycled = isRecycled
    }

    deinit {
        if isRecycled {
            allocator.recycle(address, byteCount: byteCount)
        } else {
            allocator.free(address, byteCount: byteCount)
        }
    }
}
