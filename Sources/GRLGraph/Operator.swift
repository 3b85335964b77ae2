package import GRLTensor

/// What a node computes: attributes parsed once, the rule for its output types, and a plain evaluation.
///
/// Conforming types are values whose stored properties are the parsed attributes in the spelling of the newest version;
/// `init` translates from older ones.
package protocol Operator: Sendable {
    /// Name, versions and arity.
    static var spec: OperatorSpec { get }

    /// The static spec, except for operators whose name is only known at run time.
    var spec: OperatorSpec { get }

    /// Parses the attributes and translates older versions.
    ///
    /// - Throws: an ``OperatorError`` about an attribute.
    init(_ node: inout NodeReader) throws

    /// The attributes as a model file spells them at the spec's `writtenVersion`; defaults may be left out.
    var attributes: [String: AttributeValue] { get }

    /// Types of all outputs for concrete inputs; nil where a type depends on values that are not known before the run.
    ///
    /// - Throws: an ``OperatorError`` or ``TensorError`` when the inputs do not fit.
    func infer(_ context: InferenceContext) throws -> [TensorType?]

    /// Output values that follow from the input types alone, as for `Shape`; nil for all other operators.
    func valuesFromTypes(_ context: InferenceContext) throws -> [Tensor]?

    /// Multiplications with an addition that the definition of the operator asks for, whichever way they are computed;
    /// 0 where they are not what the work consists of.
    ///
    /// - Throws: an ``OperatorError`` or ``TensorError`` when the inputs do not fit or the number does not.
    func multiplyAdds(_ context: InferenceContext) throws -> Int

    /// What the operator does with memory when it takes its fast way, for concrete inputs that it accepts.
    ///
    /// - Throws: as ``infer(_:)``.
    func memoryUse(_ context: InferenceContext) throws -> MemoryUse

    /// Computes all outputs, plainly, for every element type that the operator allows.
    ///
    /// - Throws: an ``OperatorError`` or ``TensorError`` when the inputs do not fit or memory runs out.
    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor]
}

extension Operator {
    package var attributes: [String: AttributeValue] { [:] }
    package func valuesFromTypes(_ context: InferenceContext) throws -> [Tensor]? { nil }
    package func multiplyAdds(_ context: InferenceContext) throws -> Int { 0 }
    package var spec: OperatorSpec { Self.spec }
    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse { MemoryUse() }
}

/// An operator with a fast way beside the plain one.
package protocol AcceleratedOperator: Operator {
    /// Computes all outputs with fast kernels, or returns nil, having changed nothing, where they do not apply.
    ///
    /// The result does not depend on the number of threads.
    ///
    /// - Throws: as ``Operator/evaluate(_:)``.
    func accelerate(_ context: inout EvaluationContext) throws -> [Tensor]?
}

/// An operator of an older version that is imported as several nodes of newer ones.
package protocol ImportExpandedOperator: Operator {
    /// Adds nodes to `graph` that compute the operator; returns its outputs.
    ///
    /// - Throws: what adding nodes throws.
    func expand(inputs: [ValueID?], into graph: inout Graph) throws -> [ValueID]
}
