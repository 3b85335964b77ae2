import GRLGraph
import GRLOperators
import GRLTensor
import TestSupport

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
