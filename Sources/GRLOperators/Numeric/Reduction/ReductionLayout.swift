import GRLTensor

/// Which input elements each output element of a reduction is made of.
struct ReductionLayout {
    let outputShape: Shape
    /// How many input elements make one output element.
    let reducedCount: Int
    /// Whether the elements of one output stand next to each other, those of the next output after them, and so on.
    let reducesRows: Bool
    /// The number of neighbouring outputs whose elements stand next to each other too, where the input is a sequence of
    /// matrices with that many columns which are reduced; otherwise nil.
    let columnCount: Int?
    private let kept: Axes
    private let reduced: Axes

    /// Some axes of the input, outermost first.
    private struct Axes {
        var dimensions: [Int] = []
        var strides: [Int] = []

        /// The offset into the input of the element at `index` when only these axes are counted through.
        func offset(at index: Int) -> Int {
            var rest = index
            var offset = 0
            for axis in dimensions.indices.reversed() {
                offset += rest % dimensions[axis] * strides[axis]
                rest /= dimensions[axis]
            }
            return offset
        }
    }

    /// - Parameter reducedAxes: each within `0 ..< shape.rank`.
    /// - Throws: errors about the output's shape.
    init(_ shape: Shape, reducedAxes: [Int], keepsDimensions: Bool) throws {
        var (kept, reduced) = (Axes(), Axes())
        var outputDimensions: [Int] = []
        var lastKept = -1
        var (firstReduced, lastReduced) = (shape.rank, -1)
        for (axis, stride) in shape.strides.enumerated() {
            if reducedAxes.contains(axis) {
                reduced.dimensions.append(shape[axis])
                reduced.strides.append(stride)
                if keepsDimensions { outputDimensions.append(1) }
                if shape[axis] != 1 { (firstReduced, lastReduced) = (min(firstReduced, axis), axis) }
            } else {
                kept.dimensions.append(shape[axis])
                kept.strides.append(stride)
                outputDimensions.append(shape[axis])
                if shape[axis] != 1 { lastKept = axis }
            }
        }
        self.kept = kept
        self.reduced = reduced
        outputShape = try Shape(outputDimensions)
        reducedCount = reduced.dimensions.reduce(1, *)
        reducesRows = lastKept < firstReduced
        let inner = (firstReduced..<max(firstReduced, lastReduced)).filter {
            !reducedAxes.contains($0) && shape[$0] != 1
        }
        columnCount = lastReduced >= 0 && inner.isEmpty ? shape.count(of: lastReduced + 1..<shape.rank) : nil
    }

    /// The offsets into the input of the elements that output element 0 is made of, in order.
    var offsetsOfFirst: [Int] { (0..<reducedCount).map { reduced.offset(at: $0) } }

    /// How much further than for output element 0 the elements for output element `index` stand.
    func base(of index: Int) -> Int { kept.offset(at: index) }
}
