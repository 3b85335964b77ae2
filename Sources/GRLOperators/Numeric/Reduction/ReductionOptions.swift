import GRLGraph
import GRLTensor

/// Which axes a reduction removes, and what it leaves in their place.
package struct ReductionOptions: Sendable {
    /// Whether reduced axes stay, with the dimension 1.
    package let keepsDimensions: Bool
    /// Whether nothing is reduced, rather than everything, when no axes are given.
    package let reducesNothingByDefault: Bool

    package init(keepsDimensions: Bool = true, reducesNothingByDefault: Bool = false) {
        self.keepsDimensions = keepsDimensions
        self.reducesNothingByDefault = reducesNothingByDefault
    }

    /// Reads the attributes; axes that stand in an attribute become the second input.
    ///
    /// - Parameter axesInputVersion: the first opset in which the axes are an input.
    /// - Throws: `ATTR_TYPE`.
    init(_ node: inout NodeReader, axesInputVersion: Int) throws {
        keepsDimensions = try node.bool("keepdims", default: true)
        if node.opset < axesInputVersion {
            reducesNothingByDefault = false
            if let axes = try node.ints("axes") { node.setInput(1, to: try Tensor(vector: axes.map { Int64($0) })) }
        } else {
            reducesNothingByDefault = try node.bool("noop_with_empty_axes")
        }
    }

    var attributes: [String: AttributeValue] {
        [
            "keepdims": .int(keepsDimensions ? 1 : 0),
            "noop_with_empty_axes": .int(reducesNothingByDefault ? 1 : 0),
        ]
    }

    /// The layout of a reduction.
    ///
    /// - Parameter axes: the second input; nil when it is left out.
    /// - Throws: `AXIS_RANGE` for axes outside the shape or given twice, `DTYPE` when the axes are no integers.
    func layout(of shape: Shape, axes: Tensor?) throws -> ReductionLayout {
        var reduced = try Shape.normalizedAxes(try axes?.integers() ?? [], rank: shape.rank)
        if reduced.isEmpty && !reducesNothingByDefault { reduced = Array(0..<shape.rank) }
        return try ReductionLayout(shape, reducedAxes: reduced, keepsDimensions: keepsDimensions)
    }
}
