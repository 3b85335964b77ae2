package import GRLTensor

/// What is known of a node's inputs before it runs.
package struct InferenceContext {
    private let types: [TensorType?]
    private let constants: [Tensor?]
    /// The number of outputs the node has.
    package let outputCount: Int

    /// - Parameters:
    ///   - types: the type of each input; nil for one that is left out.
    ///   - constants: the value of each input where it is known.
    package init(types: [TensorType?], constants: [Tensor?] = [], outputCount: Int = 1) {
        self.types = types
        self.constants = constants
        self.outputCount = outputCount
    }

    /// The number of inputs, those left out counted.
    package var inputCount: Int { types.count }

    /// Whether input `index` is there.
    package func has(_ index: Int) -> Bool { optionalType(index) != nil }

    /// The type of an input that may be left out.
    package func optionalType(_ index: Int) -> TensorType? { types.indices.contains(index) ? types[index] : nil }

    /// The type of a required input.
    ///
    /// - Throws: `ARITY` when it is left out.
    package func type(_ index: Int) throws -> TensorType {
        guard let type = optionalType(index) else { throw OperatorError(.arity, "input \(index) is missing") }
        return type
    }

    /// The shape of a required input.
    ///
    /// - Throws: `ARITY` when it is left out.
    package func shape(_ index: Int) throws -> Shape { try type(index).shape }

    /// The value of an input, where it is known before the run.
    package func constant(_ index: Int) -> Tensor? { constants.indices.contains(index) ? constants[index] : nil }

    /// The types of all inputs that are there.
    package var presentTypes: [TensorType] { types.compactMap { $0 } }

    /// The inputs at `positions` as a context of their own, for a subgraph.
    package func inputs(_ positions: Range<Int>) -> (types: [TensorType?], constants: [Tensor?]) {
        (positions.map { optionalType($0) }, positions.map { constant($0) })
    }
}
