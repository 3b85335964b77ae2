import GRLRestoration
import GRLTensor

/// A network that is a function.
struct FunctionNetwork: ImageNetwork {
    var bytesPerPixel: Int?
    let body: @Sendable (Tensor) async throws -> Tensor

    init(bytesPerPixel: Int? = nil, _ body: @escaping @Sendable (Tensor) async throws -> Tensor = { $0 }) {
        self.bytesPerPixel = bytesPerPixel
        self.body = body
    }

    func run(_ picture: Tensor, progress: @escaping @Sendable (Double) -> Void) async throws -> Tensor {
        progress(0.5)
        return try await body(picture)
    }

    func peakBytes(height: Int, width: Int) throws -> Int? { bytesPerPixel.map { $0 * height * width } }
}

extension Tensor {
    /// A picture `[1, C, H, W]` whose samples are a function of channel, row and column.
    static func picture(
        _ channels: Int, _ height: Int, _ width: Int, _ sample: (Int, Int, Int) -> Float
    ) throws -> Tensor {
        var elements: [Float] = []
        for channel in 0..<channels {
            for y in 0..<height {
                for x in 0..<width { elements.append(sample(channel, y, x)) }
            }
        }
        return try Tensor(elements, shape: Shape([1, channels, height, width]))
    }

    /// The mean of the 3×3 neighbours of each sample, zeros beyond the border.
    func blurred() throws -> Tensor {
        let (channels, height, width) = (shape[1], shape[2], shape[3])
        let source = try elements(of: Float.self)
        return try .picture(channels, height, width) { channel, y, x in
            var sum: Float = 0
            for row in max(y - 1, 0)...min(y + 1, height - 1) {
                for column in max(x - 1, 0)...min(x + 1, width - 1) {
                    sum += source[(channel * height + row) * width + column]
                }
            }
            return sum / 9
        }
    }

    /// Each sample repeated `scale` times in both directions.
    func repeated(_ scale: Int) throws -> Tensor {
        let (channels, height, width) = (shape[1], shape[2], shape[3])
        let source = try elements(of: Float.self)
        return try .picture(channels, height * scale, width * scale) { channel, y, x in
            source[(channel * height + y / scale) * width + x / scale]
        }
    }
}
