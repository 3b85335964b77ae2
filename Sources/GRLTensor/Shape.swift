/// The dimensions of a tensor, outermost first; their product is known to fit.
public struct Shape: Sendable, Hashable, CustomStringConvertible {
    /// The highest rank that is accepted.
    public static let maximumRank = 8
    /// The largest dimension that is accepted.
    public static let maximumDimension = Int(Int32.max)

    /// The dimensions, none negative.
    public let dimensions: [Int]
    /// The number of elements: the product of all dimensions, 1 for a scalar.
    public let count: Int

    /// - Throws: `DIM_NEGATIVE`, `RANK_LIMIT` or `SIZE_OVERFLOW`.
    public init(_ dimensions: [Int]) throws(TensorError) {
        guard dimensions.count <= Shape.maximumRank else {
            throw TensorError(.rankLimit, "rank \(dimensions.count) is above the limit of \(Shape.maximumRank)")
        }
        var count = 1
        var nonZeroCount = 1
        for dimension in dimensions {
            guard dimension >= 0 else {
                throw TensorError(.dimensionNegative, "negative dimension in \(dimensions)")
            }
            guard dimension <= Shape.maximumDimension else {
                throw TensorError(.sizeOverflow, "dimension \(dimension) is above the limit of 2^31 - 1")
            }
            let (product, overflow) = nonZeroCount.multipliedReportingOverflow(by: max(dimension, 1))
            guard !overflow, product <= Int.max / 16 else {
                throw TensorError(.sizeOverflow, "the element count of \(dimensions) does not fit")
            }
            nonZeroCount = product
            count *= dimension
        }
        self.dimensions = dimensions
        self.count = count
    }

    private init(unchecked dimensions: [Int], count: Int) {
        self.dimensions = dimensions
        self.count = count
    }

    /// The shape of a single number: rank 0, one element.
    public static let scalar = Shape(unchecked: [], count: 1)

    /// The shape `[count]`.
    package static func vector(_ count: Int) throws(TensorError) -> Shape { try Shape([count]) }

    /// The number of dimensions.
    public var rank: Int { dimensions.count }

    /// The dimension at `axis`, which must be in `0 ..< rank`.
    public subscript(axis: Int) -> Int { dimensions[axis] }

    /// For each axis, how many elements apart its neighbours are in row-major order.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        var stride = 1
        for axis in (0..<rank).reversed() {
            strides[axis] = stride
            stride *= Swift.max(dimensions[axis], 1)
        }
        return strides
    }

    /// The product of the dimensions in `axes`, which must lie within `0 ..< rank`.
    package func count(of axes: Range<Int>) -> Int { dimensions[axes].reduce(1, *) }

    /// `axis` counted from the front; negative axes count from the back.
    ///
    /// - Throws: `AXIS_RANGE` outside `-rank ..< rank`.
    package func normalizedAxis(_ axis: Int) throws(TensorError) -> Int {
        try Shape.normalizedAxis(axis, rank: rank)
    }

    /// `axis` counted from the front in a tensor of `rank` dimensions.
    ///
    /// - Throws: `AXIS_RANGE` outside `-rank ..< rank`.
    package static func normalizedAxis(_ axis: Int, rank: Int) throws(TensorError) -> Int {
        guard axis >= -rank, axis < rank else {
            throw TensorError(.axis, "axis \(axis) is outside the rank \(rank)")
        }
        return axis < 0 ? axis + rank : axis
    }

    /// All of `axes` counted from the front, without repeats.
    ///
    /// - Throws: `AXIS_RANGE` outside `-rank ..< rank` or when one axis stands twice.
    package static func normalizedAxes(_ axes: [Int], rank: Int) throws(TensorError) -> [Int] {
        var result: [Int] = []
        for axis in axes {
            let normalized = try normalizedAxis(axis, rank: rank)
            guard !result.contains(normalized) else {
                throw TensorError(.axis, "axis \(axis) stands twice in \(axes)")
            }
            result.append(normalized)
        }
        return result
    }

    /// The shape that both broadcast to, by the rules of NumPy.
    ///
    /// - Throws: `SHAPE` when a pair of dimensions differs and neither is 1.
    package func broadcast(with other: Shape) throws(TensorError) -> Shape {
        let rank = Swift.max(self.rank, other.rank)
        var result = [Int](repeating: 1, count: rank)
        for axis in 0..<rank {
            let a = axis - (rank - self.rank) < 0 ? 1 : self[axis - (rank - self.rank)]
            let b = axis - (rank - other.rank) < 0 ? 1 : other[axis - (rank - other.rank)]
            guard a == b || a == 1 || b == 1 else {
                throw TensorError(.shape, "shapes \(self) and \(other) do not broadcast")
            }
            result[axis] = a == 1 ? b : a
        }
        return try Shape(result)
    }

    /// For each axis of `target`, how far apart its neighbours are in a tensor of this shape that is broadcast to
    /// it: 0 along repeated axes.
    package func broadcastStrides(to target: Shape) -> [Int] {
        let own = strides
        let lead = target.rank - rank
        return (0..<target.rank).map { axis in
            axis < lead || (self[axis - lead] == 1 && target[axis] != 1) ? 0 : own[axis - lead]
        }
    }

    /// For example `[1, 3, 64, 64]`.
    public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
