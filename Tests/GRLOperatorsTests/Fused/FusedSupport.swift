import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// Standard operators on images whose channels come last, for comparison with the fused ones.
enum ChannelsLast {
    static func toFront(_ image: Tensor) throws -> Tensor { try transpose(image, [0, 3, 1, 2]) }
    static func toBack(_ image: Tensor) throws -> Tensor { try transpose(image, [0, 2, 3, 1]) }

    static func transpose(_ tensor: Tensor, _ order: [Int]) throws -> Tensor {
        try run("Transpose", [tensor], ["perm": .ints(order)])
    }

    /// The only output of a standard operator, evaluated plainly.
    static func run(_ name: String, _ inputs: [Tensor?], _ attributes: [String: AttributeValue] = [:]) throws -> Tensor
    {
        try OperatorRunner.run(name, opset: 24, attributes: attributes, inputs: inputs)[0]
    }

    /// The output of one of this project's operators, evaluated plainly; checks that the fast way gives the same within
    /// rounding, and to the bit when its pieces run in another order.
    static func checked(
        _ name: String, _ inputs: [Tensor?], _ attributes: [String: AttributeValue], bound: Float = 2e-6
    ) throws -> Tensor {
        let plain = try fused(name, inputs, attributes)
        let fast = try fused(name, inputs, attributes, accelerated: true)
        let difference = try Difference(fast, plain)
        #expect(difference.maximum <= bound * max(1, difference.magnitude))
        let backward = try fused(name, inputs, attributes, accelerated: true, executor: BackwardExecutor())
        #expect(
            try backward.elements(of: Float.self).map(\.bitPattern) == fast.elements(of: Float.self).map(\.bitPattern))
        return plain
    }

    /// The only output of one of this project's operators.
    static func fused(
        _ name: String, _ inputs: [Tensor?], _ attributes: [String: AttributeValue], accelerated: Bool = false,
        executor: any ParallelExecutor = InlineExecutor()
    ) throws -> Tensor {
        try OperatorRunner.run(
            name, domain: "grl", attributes: attributes, inputs: inputs, accelerated: accelerated, executor: executor)[
                0]
    }

    /// The standard convolution with a filter [kh, kw, C, N].
    static func convolution(
        _ image: Tensor, _ filter: Tensor, _ bias: Tensor?, _ attributes: [String: AttributeValue] = [:]
    ) throws -> Tensor {
        let weights = try transpose(filter, [3, 2, 0, 1])
        return try toBack(run("Conv", [toFront(image), weights, bias], attributes))
    }
}
