import GRLTensor

/// Whether a network whose result is not the expected one gives it once red and blue are exchanged.
enum ChannelOrder {
    /// What to say about it; nil where exchanging them does not help, and for inputs that are no colour pictures.
    ///
    /// - Parameters:
    ///   - result: what the network gives for `input`.
    ///   - run: runs the network.
    ///   - agrees: whether a result is the expected one.
    /// - Throws: what running throws; memory errors.
    static func hint(
        input: Tensor, result: Tensor, run: (Tensor) async throws -> Tensor, agrees: (Tensor) throws -> Bool
    ) async throws -> String? {
        guard let reversedInput = try input.withChannelsReversed() else { return nil }
        let ofReversed = try await run(reversedInput)
        if try agrees(ofReversed) {
            return "it agrees once the input's channels are reversed: one of the two takes BGR, the other RGB"
        }
        if let reversed = try ofReversed.withChannelsReversed(), try agrees(reversed) {
            return "it agrees once the channels are reversed at both ends: one of the two is for BGR, the other for RGB"
        }
        if let reversed = try result.withChannelsReversed(), try agrees(reversed) {
            return "it agrees once the output's channels are reversed: one of the two gives BGR, the other RGB"
        }
        return nil
    }
}

extension Tensor {
    /// Pictures `[N, 3, H, W]` with their channels in reverse order; nil for other shapes and for integers.
    ///
    /// - Throws: memory errors.
    fileprivate func withChannelsReversed() throws -> Tensor? {
        guard shape.rank == 4, shape[1] == 3, elementType.isFloatingPoint else { return nil }
        let planes = 3 * shape[0]
        let planeBytes = byteCount / max(planes, 1)
        let result = try Tensor(uninitialized: elementType, shape: shape)
        withBytes { source in
            result.withMutableBytes { target in
                for plane in 0..<planes {
                    let mirrored = plane / 3 * 3 + 2 - plane % 3
                    UnsafeMutableRawBufferPointer(rebasing: target[(mirrored * planeBytes)...].prefix(planeBytes))
                        .copyBytes(
                            from: UnsafeRawBufferPointer(rebasing: source[(plane * planeBytes)...].prefix(planeBytes)))
                }
            }
        }
        return result
    }
}
