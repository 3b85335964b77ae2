package import GRLGraph
package import GRLTensor

/// `Resize` of opset 10: scales stand in input 1, coordinates are asymmetric, the nearest element is the one before.
package struct Resize10: LegacyResize {
    package static let spec = OperatorSpec("Resize", versions: 10...10, inputs: 2...2, writtenVersion: 10)

    package let resize: Resize

    package init(_ node: inout NodeReader) throws {
        resize = Resize(legacyMode: try node.choice("mode", default: .nearest))
    }
}

/// An operator that is imported as ``Resize`` with scales moved from input 1 to input 2.
package protocol LegacyResize: ImportExpandedOperator {
    var resize: Resize { get }
}

extension LegacyResize {
    package func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID] {
        guard inputs.count == 2 else { throw OperatorError(.arity, "expected the input and scales") }
        return [graph.addNode(resize, inputs: [inputs[0], nil, inputs[1]], output: "resized")]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        try resize.infer(
            InferenceContext(
                types: [context.type(0), nil, context.type(1)],
                constants: [context.constant(0), nil, context.constant(1)]))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        var moved = EvaluationContext(
            inputs: [try context.input(0), nil, try context.input(1)], allocator: context.allocator,
            executor: context.executor)
        return try resize.evaluate(&moved)
    }
}
