package import GRLGraph
package import GRLTensor

/// Returns its input, and on request a mask that keeps everything; a node in training mode that drops anything is
/// refused.
package struct Dropout: Operator {
    package static let spec = OperatorSpec(
        "Dropout", versions: 10...Int.max, inputs: 1...3, outputs: 1...2, writtenVersion: 13)

    package init(_ node: inout NodeReader) {
        node.ignore("seed", "ratio")
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        return Array([type, TensorType(.bool, type.shape)].prefix(context.outputCount))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        if let training = context.optionalInput(2), try training.elements(of: Bool.self).contains(true) {
            let ratio = try context.optionalInput(1)?.doubles().first ?? 0.5
            guard ratio == 0 else {
                throw OperatorError(.unsupported, "Dropout in training mode drops \(ratio) of its input at random")
            }
        }
        guard context.outputCount > 1 else { return [input] }
        let mask = try context.allocate(.bool, input.shape)
        try mask.withMutableElements(of: Bool.self) { $0.update(repeating: true) }
        return [input, mask]
    }

    package func memoryUse(_ context: InferenceContext) -> MemoryUse { MemoryUse(viewedInput: 0) }
}

/// Dropout of opsets 7 to 9, whose mask would have the input's type; without the mask it is the newer one.
package struct Dropout7: ImportExpandedOperator {
    package static let spec = OperatorSpec("Dropout", versions: 7...9, inputs: 1...1, writtenVersion: 7)

    package init(_ node: inout NodeReader) {
        node.ignore("ratio")
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] { [try context.type(0)] }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] { [try context.input(0)] }

    package func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID] {
        guard case let input?? = inputs.first else { throw OperatorError(.arity, "input 0 is missing") }
        return [input]
    }
}
