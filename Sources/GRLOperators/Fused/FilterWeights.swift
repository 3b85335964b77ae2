import CKernels
import GRLGraph
package import GRLTensor
import Synchronization

/// The weights [kh, kw, C, N] of a channels-last convolution or, with kh = kw = 1, of a linear layer, and its bias [N].
///
/// All sessions and shapes of a model share one. Weights are packed for the kernels when these first ask for them; the
/// plain ones are then let go.
package final class FilterWeights: Sendable {
    package let kernel: PixelPair
    /// C, of all inputs together.
    package let inputChannels: Int
    /// N.
    package let outputChannels: Int
    package let bias: Tensor?
    /// What the weights are packed for.
    let kernels: ProductKernels
    private let form: Mutex<Form>

    private enum Form: Sendable {
        case plain(Tensor)
        /// A vector in a layout of the kernels.
        case packed(Tensor, WeightLayout)
    }

    /// - Throws: `ATTR_VALUE` when `weights` is no float32 tensor of rank 4 with at least one of each, or the bias does
    ///   not fit.
    package init(_ weights: Tensor, bias: Tensor? = nil, kernels: ProductKernels = .float32) throws {
        guard weights.shape.rank == 4, weights.elementType == .float32, weights.count > 0 else {
            throw OperatorError(
                .attributeValue, "the filter is \(weights), expected float32[kh, kw, C, N], with no dimension 0")
        }
        kernel = PixelPair(weights.shape[0], weights.shape[1])
        inputChannels = weights.shape[2]
        outputChannels = weights.shape[3]
        if let bias { try Self.requireVector(bias, outputChannels, "bias") }
        self.bias = bias
        self.kernels = kernels
        form = Mutex(.plain(weights))
    }

    /// Rows of the product: taps of the window times input channels.
    var depth: Int { kernel.y * kernel.x * inputChannels }

    /// Bytes of weights and bias: plain, or as packed where these have another precision or are transformed.
    func byteCount(as layout: WeightLayout = WeightLayout()) -> Int {
        if layout.isTransformed { return winograd.byteCount }
        let plain = (depth + (bias == nil ? 0 : 1)) * outputChannels
        let count = kernels == .float32 ? plain : kernels.convolve.packed_floats(depth, outputChannels)
        return count * MemoryLayout<Float>.stride
    }

    private var winograd: WinogradFilter {
        WinogradFilter(channels: inputChannels, columns: outputChannels, kernels: kernels.convolve)
    }

    /// [kh, kw, C, N]; as they were rounded where they have been packed in another precision or transformed.
    ///
    /// - Throws: memory errors.
    package func plain() throws -> Tensor {
        try form.withLock { form in
            switch form {
            case .plain(let tensor): tensor
            case .packed(let packed, let layout): try unpacked(packed, layout)
            }
        }
    }

    /// The filter that makes only some of the output channels, in the order of `channels`.
    ///
    /// - Throws: memory errors.
    package func columns(_ channels: [Int]) throws -> FilterWeights {
        let rows = try plain().elements(of: Float.self)
        var chosen: [Float] = []
        chosen.reserveCapacity(depth * channels.count)
        for row in 0..<depth { chosen += channels.map { rows[row * outputChannels + $0] } }
        let bias = try bias.map { bias in
            let elements = try bias.elements(of: Float.self)
            return try Tensor(vector: channels.map { elements[$0] })
        }
        let shape = try Shape([kernel.y, kernel.x, inputChannels, channels.count])
        return try FilterWeights(Tensor(chosen, shape: shape), bias: bias)
    }

    /// Weights and bias in a layout of the kernels.
    ///
    /// - Throws: memory errors.
    func packed(as layout: WeightLayout = WeightLayout()) throws -> Tensor {
        try form.withLock { form in
            let plain: Tensor
            switch form {
            case .packed(let packed, let present):
                if present == layout { return packed }
                plain = try unpacked(packed, present)
            case .plain(let tensor): plain = tensor
            }
            let packed = try pack(plain, layout)
            form = .packed(packed, layout)
            return packed
        }
    }

    private func pack(_ plain: Tensor, _ layout: WeightLayout) throws -> Tensor {
        let order = ShuffledColumns(channels: outputChannels, factor: layout.shuffle)
        let columns = try order.stored(plain.elements(of: Float.self))
        let bias = try bias.map { order.stored(try $0.elements(of: Float.self)) }
        if layout.isTransformed { return try winograd.packed(columns, bias: bias) }
        let kernels = kernels.convolve
        let packed = try Tensor(
            uninitialized: .float32, shape: Shape.vector(kernels.packed_floats(depth, outputChannels)))
        try packed.withMutableElements(of: Float.self) { target in
            columns.withUnsafeBufferPointer { source in
                guard let target = target.baseAddress, let source = source.baseAddress else { return }
                if let bias {
                    kernels.pack(source, bias, depth, outputChannels, target)
                } else {
                    kernels.pack(source, nil, depth, outputChannels, target)
                }
            }
        }
        return packed
    }

    private func unpacked(_ packed: Tensor, _ layout: WeightLayout) throws -> Tensor {
        let shape = try Shape([kernel.y, kernel.x, inputChannels, outputChannels])
        var columns: [Float]
        if layout.isTransformed {
            columns = try winograd.unpacked(packed)
        } else {
            columns = [Float](repeating: 0, count: shape.count)
            try packed.withElements(of: Float.self) { source in
                guard let source = source.baseAddress else { return }
                kernels.convolve.unpack(source, depth, outputChannels, &columns)
            }
        }
        return try Tensor(
            ShuffledColumns(channels: outputChannels, factor: layout.shuffle).plain(columns), shape: shape)
    }

    /// Checks that an attribute is a float32 vector.
    ///
    /// - Throws: `ATTR_VALUE`.
    static func requireVector(_ tensor: Tensor, _ count: Int, _ name: String) throws {
        guard tensor.elementType == .float32, tensor.shape.dimensions == [count] else {
            throw OperatorError(.attributeValue, "attribute \(name) is \(tensor), expected float32[\(count)]")
        }
    }
}

/// How the kernels want weights.
struct WeightLayout: Hashable {
    /// The factor r of a pixel shuffle; columns then come in the order (i, j, c) of its pixels and channels instead of
    /// (c, i, j).
    var shuffle = 1
    /// Whether they are transformed as ``WinogradFilter`` has it.
    var isTransformed = false
}

/// The order of a layer's columns whose sums a pixel shuffle by r makes pixels of: (i, j, c) as stored, (c, i, j) as
/// they come.
private struct ShuffledColumns {
    let channels: Int
    let factor: Int

    func stored(_ rows: [Float]) -> [Float] {
        factor == 1 ? rows : rows.indices.map { rows[$0 - $0 % channels + source(of: $0 % channels)] }
    }

    func plain(_ rows: [Float]) -> [Float] {
        guard factor > 1 else { return rows }
        var result = rows
        for index in rows.indices { result[index - index % channels + source(of: index % channels)] = rows[index] }
        return result
    }

    /// The number among the columns as they come of stored column `column`.
    private func source(of column: Int) -> Int {
        let stored = channels / (factor * factor)
        let (pixel, channel) = column.quotientAndRemainder(dividingBy: stored)
        return channel * factor * factor + pixel
    }
}
