/// What an operator does with memory beside taking fresh memory for each output.
///
/// Plans are made from it. An operator that does less, more or something else still computes the right result, but a
/// run may then take more memory than was planned.
package struct MemoryUse: Sendable, Hashable {
    /// The input whose elements output 0 has, in the same order and on the same memory.
    package var viewedInput: Int?
    /// The inputs over which output 0 may be written, the preferred first: those that the operator gives to
    /// ``EvaluationContext/allocate(_:reusingInput:)``. An input of another byte count than the output is passed over.
    package var overwritableInputs: [Int]
    /// Bytes of working space that the operator takes from ``EvaluationContext/allocator`` for itself.
    package var scratchBytes: Int
    /// Further bytes of working space for each thread that works on the node.
    package var scratchBytesPerThread: Int

    package init(
        viewedInput: Int? = nil, overwritableInputs: [Int] = [], scratchBytes: Int = 0, scratchBytesPerThread: Int = 0
    ) {
        self.viewedInput = viewedInput
        self.overwritableInputs = overwritableInputs
        self.scratchBytes = scratchBytes
        self.scratchBytesPerThread = scratchBytesPerThread
    }
}
