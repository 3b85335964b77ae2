import GRLGraph
import GRLOperators
import GRLRuntime

/// How far results of one network may be apart because sums are rounded in another order.
///
/// Attention multiplies the cosines of queries and keys by a scale, and with them their rounding, before the softmax
/// takes their exponential. The usual tolerance holds at the scale 10 that training begins with; up to the clamp at 100
/// it grows in proportion.
struct RoundingTolerance {
    private static let usualScale: Float = 10

    /// The largest scale of an attention; nil where none is known.
    private let largestScale: Float?

    /// - Parameter graph: a lifted one; in others no attention is known.
    /// - Throws: a `TensorError`.
    init(_ graph: Graph) throws {
        largestScale = try graph.nodes.flatMap { node -> [Float] in
            guard let attention = node.operation as? WindowAttention, attention.isCosine, node.inputs.count > 3,
                let scale = node.inputs[3], let tensor = graph[scale].constant
            else { return [] }
            return try tensor.floats()
        }.max()
    }

    /// Of the largest element where that is more than 1.
    var value: Double {
        let factor = max((largestScale ?? 0) / Self.usualScale, 1)
        return StageVerification.tolerance * Double(factor.isFinite ? factor : 1)
    }

    /// Why more than the usual is allowed; nil where it is not.
    var reason: String? {
        guard let largestScale, value > StageVerification.tolerance else { return nil }
        return "attention scales reach \(largestScale.rounded()), which multiplies rounding: "
            + "\(number(value)) of the largest element is allowed, not \(number(StageVerification.tolerance))"
    }
}
