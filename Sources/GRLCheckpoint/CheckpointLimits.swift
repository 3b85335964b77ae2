/// What a checkpoint may ask for.
package struct CheckpointLimits: Sendable {
    /// Bytes of the pickled program.
    package var programBytes = 64 << 20
    /// Instructions of the pickled program; each makes at most a few values of fixed size.
    package var instructions = 2_000_000
    /// Values on the stack of the pickled program.
    package var stackDepth = 100_000
    /// Values that the pickled program keeps for later.
    package var memoEntries = 1_000_000
    /// Bytes of the header of a safetensors file.
    package var headerBytes = 16 << 20
    /// Tensors of all dictionaries together.
    package var tensors = 100_000
    /// Bytes of a tensor's name.
    package var nameBytes = 4096
    /// Bytes of all tensors together beyond four times the file's size, for tensors that repeat their storage.
    package var surplusBytes = 64 << 20

    package init() {}
}
