package import GRLGraph
package import GRLTensor

/// y = scale · (x - mean) / √(variance + epsilon) + bias, each group of channels of [N, C, spatial...] over its own
/// elements; scale and bias are [C].
package struct GroupNormalization: Operator {
    package static let spec = OperatorSpec(
        "GroupNormalization", versions: 21...Int.max, inputs: 3...3, writtenVersion: 21)

    package let epsilon: Float
    package let groups: Int
    package let stashType: StashType

    package init(_ node: inout NodeReader) throws {
        epsilon = try node.float("epsilon", default: 1e-5)
        groups = try node.required("num_groups", node.int("num_groups"))
        stashType = try StashType(&node)
        guard groups > 0 else { throw OperatorError(.attributeValue, "num_groups is \(groups), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] {
        ["epsilon": .float(epsilon), "num_groups": .int(groups), "stash_type": .int(stashType.rawValue)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        try context.requireElementTypeOfFirst(1, 2)
        guard type.shape.rank >= 2, type.shape[1] % groups == 0 else {
            throw OperatorError(.shape, "the channels of \(type.shape) do not form \(groups) groups")
        }
        try context.requireShape(1, [type.shape[1]], "the scale")
        try context.requireShape(2, [type.shape[1]], "the bias")
        return [type]
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(overwritableInputs: [0]) }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let (images, channels) = (input.shape[0], input.shape[1])
        let (scales, biases) = (try context.input(1).doubles(), try context.input(2).doubles())
        let moments = try ChannelNormalizer.moments(of: input, count: channels == 0 ? 0 : images * groups)
        let planes = (0..<images * channels).map { index in
            let channel = index % channels
            let moment = moments[index / (channels / groups)]
            let factor = scales[channel] / (moment.variance + Double(epsilon)).squareRoot()
            return ChannelNormalizer.Plane(mean: moment.mean, factor: factor, bias: biases[channel])
        }
        return [try ChannelNormalizer.apply(planes, &context)]
    }
}

/// Group normalisation of opsets 18 to 20, whose scale and bias are one for each group.
///
/// It is imported as an instance normalisation of [N, groups, -1].
package struct GroupNormalization18: ImportExpandedOperator {
    package static let spec = OperatorSpec(
        "GroupNormalization", versions: 18...20, inputs: 3...3, writtenVersion: 18)

    package let epsilon: Float
    package let groups: Int

    package init(_ node: inout NodeReader) throws {
        epsilon = try node.float("epsilon", default: 1e-5)
        groups = try node.required("num_groups", node.int("num_groups"))
        guard groups > 0 else { throw OperatorError(.attributeValue, "num_groups is \(groups), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] { ["epsilon": .float(epsilon), "num_groups": .int(groups)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.floatingType(0)
        guard type.shape.rank >= 2, type.shape[1] % groups == 0 else {
            throw OperatorError(.shape, "the channels of \(type.shape) do not form \(groups) groups")
        }
        try context.requireShape(1, [groups], "the scale")
        try context.requireShape(2, [groups], "the bias")
        return [type]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        var graph = Graph(name: "GroupNormalization")
        let inputs = ["x", "scale", "bias"].map { graph.addInput($0, ValueDeclaration()) }
        graph.setOutputs(try expand(inputs: inputs, into: &graph))
        return try context.runSubgraph(graph, context.inputs)
    }

    package func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID] {
        guard inputs.count == 3 else { throw OperatorError(.arity, "\(inputs.count) inputs, expected 3") }
        let shape = try graph.addNode("Shape", [inputs[0]])
        let grouping = graph.addConstant("groups", try Tensor(vector: [0, Int64(groups), -1]))
        let grouped = try graph.addNode("Reshape", [inputs[0], grouping])
        let normal = try graph.addNode(
            "InstanceNormalization", [grouped, inputs[1], inputs[2]], ["epsilon": .float(epsilon)])
        return [try graph.addNode("Reshape", [normal, shape])]
    }
}
