import GRLGraph
import GRLTensor

/// A copy of whole blocks at given indices: `[outer, extent, block]` and `[indices]` give `[outer, indices, block]`.
struct BlockGather {
    let outer: Int
    let extent: Int
    /// Bytes of a block.
    let blockBytes: Int

    /// Bytes that are copied in one piece of parallel work.
    private static let pieceBytes = 1 << 17

    /// Copies the blocks of `data` at `indices` to `output`, in pieces that run on `executor`.
    ///
    /// - Throws: `INDEX_RANGE` when an index is outside `-extent ..< extent`, `DTYPE` when `indices` holds no integers.
    func run(from data: Tensor, at indices: Tensor, to output: Tensor, on executor: any ParallelExecutor) throws {
        switch indices.elementType {
        case .int64: try run(Int64.self, data, indices, output, executor)
        case .int32: try run(Int32.self, data, indices, output, executor)
        default:
            throw OperatorError(
                .elementType, "the element type of the indices is \(indices.elementType), expected int64 or int32")
        }
    }

    private func run<Index: FixedWidthInteger & TensorElement>(
        _ type: Index.Type, _ data: Tensor, _ indices: Tensor, _ output: Tensor, _ executor: any ParallelExecutor
    ) throws {
        let count = indices.count
        guard outer > 0, count > 0 else { return }
        let grain = max(Self.pieceBytes / max(blockBytes, 8), 1)
        let pieces = (count - 1) / grain + 1
        try data.withBytes { source in
            try output.withMutableBytes { destination in
                try indices.withElements(of: type) { indices in
                    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
                    try executor.forEachRange(of: outer * pieces, grain: 1) { range in
                        for piece in range {
                            let (plane, part) = piece.quotientAndRemainder(dividingBy: pieces)
                            let positions = part * grain..<min((part + 1) * grain, count)
                            try copy(
                                from + plane * extent * blockBytes,
                                UnsafeBufferPointer(rebasing: indices[positions]),
                                to + (plane * count + part * grain) * blockBytes)
                        }
                    }
                }
            }
        }
    }

    private func copy<Index: FixedWidthInteger>(
        _ source: UnsafeRawPointer, _ indices: UnsafeBufferPointer<Index>, _ destination: UnsafeMutableRawPointer
    ) throws {
        switch blockBytes {
        case 1: try copyUnits(of: UInt8.self, source, indices, destination)
        case 2: try copyUnits(of: UInt16.self, source, indices, destination)
        case 4: try copyUnits(of: UInt32.self, source, indices, destination)
        case 8: try copyUnits(of: UInt64.self, source, indices, destination)
        default:
            for (position, index) in indices.enumerated() {
                let block = try normalized(index)
                (destination + position * blockBytes).copyMemory(
                    from: source + block * blockBytes, byteCount: blockBytes)
            }
        }
    }

    /// Copies blocks that are as large as one machine word.
    private func copyUnits<Unit: FixedWidthInteger, Index: FixedWidthInteger>(
        of type: Unit.Type, _ source: UnsafeRawPointer, _ indices: UnsafeBufferPointer<Index>,
        _ destination: UnsafeMutableRawPointer
    ) throws {
        for (position, index) in indices.enumerated() {
            let block = try normalized(index)
            let unit = source.loadUnaligned(fromByteOffset: block * MemoryLayout<Unit>.size, as: type)
            destination.storeBytes(of: unit, toByteOffset: position * MemoryLayout<Unit>.size, as: type)
        }
    }

    /// An index counted from the front.
    private func normalized<Index: FixedWidthInteger>(_ index: Index) throws -> Int {
        let position = Int(truncatingIfNeeded: index)
        guard position >= -extent, position < extent else {
            throw OperatorError(.indexRange, "index \(index) is outside an axis of \(extent)")
        }
        return position < 0 ? position + extent : position
    }
}
