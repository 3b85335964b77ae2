package import GRLTensor

/// What is known of a value before a run: its type, and its contents where they follow from shapes and constants.
package struct ValueFact: Sendable {
    package let type: TensorType
    package let constant: Tensor?

    package init(type: TensorType, constant: Tensor? = nil) {
        self.type = type
        self.constant = constant
    }
}

/// What is wrong at one node.
package struct NodeError: Error, CustomStringConvertible {
    package let node: Node
    /// What the inputs are; nil where one is left out or unknown.
    package let operands: [TensorType?]
    package let cause: any Error

    package init(node: Node, operands: [TensorType?], cause: any Error) {
        self.node = node
        self.operands = operands
        self.cause = cause
    }

    /// The cause, the node's name, where it has one, and operator, and its operands.
    package var description: String {
        let types = operands.map { $0?.description ?? "-" }.joined(separator: ", ")
        let call = "\(node.operation.spec.name) of \(types)"
        return node.name.isEmpty ? "\(cause) at \(call)" : "\(cause) at node '\(node.name)' (\(call))"
    }
}

/// Finds the type of every value of a graph for given input types.
///
/// Small values that follow from shapes and constants are computed on the way, because shapes depend on them.
package struct TypeInference {
    /// Values of more elements than this are not computed before the run.
    private static let valueLimit = 65_536

    /// Facts about the values of `graph`; values whose type depends on data are left out.
    ///
    /// - Parameter inputs: a fact for each input of the graph; nil where nothing is known.
    /// - Throws: a ``NodeError`` when a node's inputs do not fit its operator.
    package static func run(_ graph: Graph, inputs: [ValueFact?]) throws -> [ValueID: ValueFact] {
        var facts: [ValueID: ValueFact] = [:]
        for (id, fact) in zip(graph.inputs, inputs) { facts[id] = fact }
        for value in graph.values {
            if let constant = value.constant { facts[value.id] = ValueFact(type: constant.type, constant: constant) }
        }
        for node in graph.nodes {
            let known = node.inputs.map { $0.flatMap { facts[$0] } }
            guard zip(node.inputs, known).allSatisfy({ $0 == nil || $1 != nil }) else { continue }
            let context = InferenceContext(
                types: known.map { $0?.type }, constants: known.map { $0?.constant }, outputCount: node.outputs.count)
            do {
                let types = try node.operation.infer(context)
                let values = try knownValues(of: node, context, types, known)
                for (index, output) in node.outputs.enumerated() {
                    guard let output, types.indices.contains(index), let type = types[index] else { continue }
                    facts[output] = ValueFact(type: type, constant: values?[index])
                }
            } catch {
                throw NodeError(node: node, operands: known.map { $0?.type }, cause: error)
            }
        }
        return facts
    }

    private static func knownValues(
        of node: Node, _ context: InferenceContext, _ types: [TensorType?], _ inputs: [ValueFact?]
    ) throws -> [Tensor]? {
        if let values = try node.operation.valuesFromTypes(context) { return values }
        let isSmall = types.allSatisfy { ($0?.shape.count ?? 0) <= valueLimit } && types.contains { $0 != nil }
        let present = inputs.compactMap { $0 }
        guard isSmall, present.allSatisfy({ $0.constant != nil && $0.type.shape.count <= valueLimit }) else {
            return nil
        }
        guard !(node.operation is UnsupportedOperator) else { return nil }
        return try Interpreter.evaluate(node, inputs.map { $0?.constant }, Tensor.sharedAllocator)
    }
}
