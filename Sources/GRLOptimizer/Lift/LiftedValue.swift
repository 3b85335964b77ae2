import GRLGraph

/// A map of features in the lifted graph, `[B, H, W, C]` at the sample size, in one or both memory layouts.
struct LiftedImage {
    /// Batch, height, width and channels at the sample size.
    let extents: [Int]
    /// The value `[B, C, H, W]`, where it exists.
    var channelsFirst: ValueID?
    /// The value `[B, H, W, C]`, where it exists.
    var channelsLast: ValueID?
}

/// The axes of a ``LiftedImage`` as a source of ``Arrangement``s.
enum ImageAxis {
    static let batch = 0
    static let height = 1
    static let width = 2
    static let channel = 3
    static let count = 4
}

/// A value of the graph that is lifted, as a rearrangement of an image: the way an export writes tokens, windows,
/// heads.
struct ImageView {
    /// Which image, by its position in ``Lifter/images``.
    let image: Int
    var arrangement: Arrangement
    /// What every element is multiplied by.
    var factor: Float = 1
    /// Rows along the last axis, or along the axis before it, are divided by their L2 norm, which is at least this.
    var normEpsilon: Float?
}

/// What a value of the graph that is lifted has become.
enum LiftedValue {
    /// It does not depend on the input's elements; it is computed when somebody asks.
    case constant
    case image(ImageView)
    /// Products of queries and keys, scaled, with addends.
    case scores(AttentionScores)
    /// The softmax of scores.
    case probabilities(AttentionScores)
    /// Another value under a shape that cuts its axes unevenly; only one more reshape makes something of it.
    case uneven(ValueID)
    /// A value of the lifted graph with the shape it had; baked sizes are left in it.
    case plain(ValueID)
}

/// An operator that knows how its nodes are lifted.
protocol LiftableOperator: Operator {
    /// The outputs of `node` in the lifted graph.
    ///
    /// - Throws: a ``Refusal`` where the node's meaning does not carry over to other sizes.
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue]
}
