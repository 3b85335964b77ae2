import GRLGraph
import GRLTensor

/// Where the indices of gathers and scatters point, checked against the shape that they index.
enum IndexPositions {
    /// `indices` counted from the front of an axis of `extent`.
    ///
    /// - Throws: `INDEX_RANGE` outside `-extent ..< extent`, `DTYPE` when the tensor holds no integers.
    static func normalized(_ indices: Tensor, extent: Int) throws -> [Int] {
        try indices.integers().map { try normalized($0, extent: extent) }
    }

    private static func normalized(_ index: Int, extent: Int) throws -> Int {
        guard index >= -extent, index < extent else {
            throw OperatorError(.indexRange, "index \(index) is outside an axis of \(extent)")
        }
        return index < 0 ? index + extent : index
    }

    /// For each element of `indices`, the place in `data` that has the same coordinates but for `axis`, where the index
    /// stands: `data[i, indices[i, j], …]`.
    ///
    /// - Throws: `SHAPE` when `indices` reaches past `data` along another axis; as ``normalized(_:extent:)``.
    static func elements(_ indices: Tensor, axis: Int, in data: Shape) throws -> [Int] {
        try checkElements(indices.shape, axis: axis, in: data)
        let strides = data.strides
        var positions = try normalized(indices, extent: data[axis])
        var coordinates = [Int](repeating: 0, count: indices.shape.rank)
        var base = 0
        for place in positions.indices {
            positions[place] = base + positions[place] * strides[axis]
            for other in coordinates.indices.reversed() {
                let step = other == axis ? 0 : strides[other]
                coordinates[other] += 1
                base += step
                guard coordinates[other] == indices.shape[other] else { break }
                base -= coordinates[other] * step
                coordinates[other] = 0
            }
        }
        return positions
    }

    /// Checks that `indices` can index `data` along `axis`, element by element.
    ///
    /// - Throws: `SHAPE`.
    static func checkElements(_ indices: Shape, axis: Int, in data: Shape) throws {
        guard indices.rank == data.rank else {
            throw OperatorError(.shape, "indices \(indices) and data \(data) differ in rank")
        }
        for other in 0..<data.rank where other != axis && indices[other] > data[other] {
            throw OperatorError(.shape, "indices \(indices) reach past data \(data) along axis \(other)")
        }
    }

    /// For each tuple in the last axis of `indices`, the number of the block of `data` that it names.
    ///
    /// - Parameter batchRank: how many leading axes `data` and `indices` share.
    /// - Throws: `SHAPE` when the shapes do not fit; as ``normalized(_:extent:)``.
    static func blocks(_ indices: Tensor, batchRank: Int, in data: Shape) throws -> [Int] {
        let width = try tupleWidth(indices.shape, batchRank: batchRank, in: data)
        let values = try indices.integers()
        let extents = data.dimensions[batchRank..<batchRank + width]
        let tuplesPerBatch = indices.shape.count(of: batchRank..<indices.shape.rank - 1)
        let blocksPerBatch = extents.reduce(1, *)
        let tuples = indices.shape.count(of: 0..<indices.shape.rank - 1)
        return try (0..<tuples).map { tuple in
            var block = 0
            for (extent, index) in zip(extents, values[tuple * width..<(tuple + 1) * width]) {
                block = block * extent + (try normalized(index, extent: extent))
            }
            return tuple / tuplesPerBatch * blocksPerBatch + block
        }
    }

    /// The number of indices in one tuple of `indices`.
    ///
    /// - Throws: `SHAPE` when the tuples do not fit `data` or the batch axes differ.
    static func tupleWidth(_ indices: Shape, batchRank: Int, in data: Shape) throws -> Int {
        guard batchRank >= 0, batchRank < min(indices.rank, data.rank) else {
            throw OperatorError(.shape, "\(batchRank) batch axes do not fit data \(data) and indices \(indices)")
        }
        guard data.dimensions.prefix(batchRank) == indices.dimensions.prefix(batchRank) else {
            throw OperatorError(.shape, "data \(data) and indices \(indices) differ in the \(batchRank) batch axes")
        }
        let width = indices[indices.rank - 1]
        guard width >= 1, width <= data.rank - batchRank else {
            throw OperatorError(
                .shape, "indices \(indices) hold tuples of \(width), data \(data) has \(data.rank - batchRank) axes")
        }
        return width
    }
}
