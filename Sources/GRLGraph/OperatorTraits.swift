/// An operator each of whose output elements follows from the elements of the inputs at the same place, with
/// broadcasting.
package protocol PointwiseOperator: Operator {}

/// An operator whose output elements are elements of its first input at other places, left out or repeated; where they
/// come from does not depend on what they are.
package protocol RearrangingOperator: Operator {}

/// An operator whose only output is its first input under another shape, on the same memory.
package protocol ViewOperator: RearrangingOperator {}

extension ViewOperator {
    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse { MemoryUse(viewedInput: 0) }
}

/// An operator that holds constants itself, in a form of its own, rather than reading them from the graph.
package protocol ConstantHoldingOperator: Operator {
    /// Bytes of the constants.
    var constantBytes: Int { get }
}

/// An operator that takes a statistic over all pixels of an image, so that a part of an image gives other results than
/// the whole.
package protocol WholeImageOperator: Operator {}
