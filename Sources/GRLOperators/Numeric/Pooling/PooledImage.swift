import GRLGraph
import GRLTensor

/// A pooling's image: planes of spatial axes behind [N, C].
struct PooledImage {
    let planes: Int
    let window: SpatialWindow
    /// The result's shape [N, C, spatial...].
    let output: Shape

    /// - Throws: `SHAPE`, `ATTR_VALUE`.
    init(_ input: Shape, _ attributes: WindowAttributes) throws {
        guard input.rank >= 3 else {
            throw OperatorError(.shape, "the image has shape \(input), expected rank 3 or more")
        }
        planes = input[0] * input[1]
        window = try attributes.window(
            over: Array(input.dimensions.dropFirst(2)), kernel: attributes.kernelShape ?? [])
        output = try Shape([input[0], input[1]] + window.outputShape)
    }

    /// Calls `body` for each output position of each plane: with the cursor on it, the offset of the plane in the
    /// input, and the offset of the position in the output.
    func forEachPosition(
        _ executor: any ParallelExecutor, _ body: (WindowCursor, _ plane: Int, _ position: Int) -> Void
    ) {
        let (inputCount, outputCount) = (window.inputCount, window.outputCount)
        executor.forEachRange(of: planes, grain: max((1 << 12) / max(outputCount, 1), 1)) { range in
            var cursor = WindowCursor(window)
            for plane in range {
                for position in 0..<outputCount {
                    cursor.move(to: position)
                    body(cursor, plane * inputCount, plane * outputCount + position)
                }
            }
        }
    }
}
