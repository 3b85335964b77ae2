package import GRLTensor

/// What turns one picture tensor into another: a model in a session, or a function in a test.
package protocol ImageNetwork: Sendable {
    /// Runs `[1, C, H, W]` to `[1, C', s·H, s·W]`, both `float32`.
    ///
    /// - Parameter progress: called now and then with the part of the run that is done, from 0 to 1.
    func run(_ picture: Tensor, progress: @escaping @Sendable (Double) -> Void) async throws -> Tensor

    /// Bytes that a run on a picture of this size takes at its peak; nil where that is unknown.
    func peakBytes(height: Int, width: Int) throws -> Int?
}
