import CKernels
import GRLTensor

/// How the weights of a 3×3 convolution are packed for `grl_winograd_family`: transformed, as 16 layers of the image's
/// channels that follow one another.
struct WinogradFilter {
    let channels: Int
    let columns: Int
    let kernels: grl_convolve_family

    /// The place of a tile that counts once for each of its pixels.
    private static let biasPlace = 5
    private static let places = Int(GRL_WINOGRAD_PLACES)

    /// Floats of a packed layer.
    private var layerFloats: Int { kernels.packed_floats(channels, columns) }

    var byteCount: Int { Self.places * layerFloats * MemoryLayout<Float>.stride }

    /// Filters [3, 3, channels, columns] and their bias, packed.
    ///
    /// - Throws: memory errors.
    func packed(_ weights: [Float], bias: [Float]?) throws -> Tensor {
        let count = channels * columns
        var transformed = [Float](repeating: 0, count: Self.places * count)
        grl_winograd_filter(weights, count, &transformed)
        let packed = try Tensor(uninitialized: .float32, shape: Shape.vector(Self.places * layerFloats))
        try packed.withMutableElements(of: Float.self) { target in
            transformed.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                for place in 0..<Self.places {
                    let (layer, part) = (target + place * layerFloats, source + place * count)
                    if place == Self.biasPlace, let bias {
                        kernels.pack(part, bias, channels, columns, layer)
                    } else {
                        kernels.pack(part, nil, channels, columns, layer)
                    }
                }
            }
        }
        return packed
    }

    /// The filters that were packed, up to the rounding of their transform.
    ///
    /// - Throws: memory errors.
    func unpacked(_ packed: Tensor) throws -> [Float] {
        let count = channels * columns
        var transformed = [Float](repeating: 0, count: Self.places * count)
        try packed.withElements(of: Float.self) { source in
            transformed.withUnsafeMutableBufferPointer { target in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                for place in 0..<Self.places {
                    kernels.unpack(source + place * layerFloats, channels, columns, target + place * count)
                }
            }
        }
        var weights = [Float](repeating: 0, count: 9 * count)
        grl_winograd_filter_inverse(transformed, count, &weights)
        return weights
    }
}
