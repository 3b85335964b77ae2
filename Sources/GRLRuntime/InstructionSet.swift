import CKernels

/// The instruction sets that kernels are there for. One is chosen for each process, by the processor or by `GRL_ISA`.
package enum InstructionSet {
    /// The environment variable that chooses one by its name.
    package static let environmentVariable = "GRL_ISA"

    /// The names of those that this processor runs, the plainest first.
    package static var available: [String] {
        ["baseline", "avx2", "avx512"].filter { grl_kernels_named($0) != nil }
    }
}
