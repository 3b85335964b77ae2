package import GRLGraph
package import GRLTensor

/// Runs one of two subgraphs: the first where input 0 is true, the second where it is false. The values that the
/// subgraphs read from outside are the other inputs.
package struct If: SubgraphOperator {
    package static let spec = OperatorSpec(
        "If", inputs: 1...OperatorSpec.unbounded, outputs: 1...OperatorSpec.unbounded)

    /// A subgraph and where its inputs stand among those of the node.
    package struct Branch: Sendable {
        package let graph: Graph
        package let inputs: Range<Int>
    }

    package let thenBranch: Branch
    package let elseBranch: Branch

    package init(_ node: inout NodeReader) throws {
        thenBranch = try Self.branch(&node, "then_branch")
        elseBranch = try Self.branch(&node, "else_branch")
    }

    private static func branch(_ node: inout NodeReader, _ name: String) throws -> Branch {
        let (graph, inputs) = try node.subgraph(name)
        guard graph.outputs.count == node.outputCount else {
            throw OperatorError(
                .arity, "\(name) has \(graph.outputs.count) outputs, the node has \(node.outputCount)")
        }
        return Branch(graph: graph, inputs: inputs)
    }

    /// The subgraphs without their captures, which are the inputs of the node.
    package var attributes: [String: AttributeValue] {
        [
            "then_branch": .graph(Subgraph(graph: thenBranch.graph, captures: [])),
            "else_branch": .graph(Subgraph(graph: elseBranch.graph, captures: [])),
        ]
    }

    package func capturedInputs(inputCount: Int) -> [String: Range<Int>] {
        ["then_branch": thenBranch.inputs, "else_branch": elseBranch.inputs]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard type.elementType == .bool, type.shape.count == 1 else {
            throw OperatorError(.elementType, "the condition is \(type), expected one bool")
        }
        if let condition = context.constant(0) {
            return try outputTypes(of: branch(for: condition), context)
        }
        // A branch that is not taken need not fit the inputs, so its errors only leave the types open.
        guard let one = try? outputTypes(of: thenBranch, context), let other = try? outputTypes(of: elseBranch, context)
        else { return Array(repeating: nil, count: context.outputCount) }
        return zip(one, other).map { $0 == $1 ? $0 : nil }
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let branch = try branch(for: context.input(0))
        return try context.runSubgraph(branch.graph, Array(context.inputs[branch.inputs]))
    }

    private func branch(for condition: Tensor) throws -> Branch {
        guard let value = try condition.elements(of: Bool.self).first else {
            throw OperatorError(.shape, "the condition has no element")
        }
        return value ? thenBranch : elseBranch
    }

    private func outputTypes(of branch: Branch, _ context: InferenceContext) throws -> [TensorType?] {
        let (types, constants) = context.inputs(branch.inputs)
        let inputs = zip(types, constants).map { type, constant in type.map { ValueFact(type: $0, constant: constant) }
        }
        let facts = try TypeInference.run(branch.graph, inputs: inputs)
        return branch.graph.outputs.map { facts[$0]?.type }
    }
}
