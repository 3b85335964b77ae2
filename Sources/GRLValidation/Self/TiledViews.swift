import GRLGraph
import GRLRestoration
import GRLRuntime
import GRLTensor

/// Random pictures large enough to be cut into tiles.
struct TiledViews {
    /// Each picture is a square.
    let side: Int
    /// The views of one picture: one of 1 or 3 channels, or two.
    let pictures: [Tensor]

    /// - Throws: a ``RunError`` (`INPUT`) for networks of other channels; memory errors.
    init(contract: ModelContract, side: Int) throws {
        let views =
            switch contract.inputChannels {
            case 1, 3: [contract.inputChannels]
            case 2: [1, 1]
            case 6: [3, 3]
            default: throw RunError(code: "INPUT", message: "\(contract.inputChannels) channels make no picture")
            }
        self.side = side
        pictures = try views.enumerated().map { index, channels in
            try NoiseInput.tensor(TensorType(.float32, [1, channels, side, side]), seed: UInt64(index))
        }
    }
}
