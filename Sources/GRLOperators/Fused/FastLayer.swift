import CKernels
import GRLGraph
import GRLTensor

/// A fused layer as the kernels take it. Keeps alive the memory that it points to.
struct FastLayer {
    private let tensors: [Tensor]
    let kernels: grl_convolve_family
    let layer: grl_layer
    let activation: grl_activation
    let slope: Float

    /// - Throws: memory errors.
    init(_ layer: LinearLayer, as layout: WeightLayout = WeightLayout()) throws {
        let packed = try layer.weights.packed(as: layout)
        tensors = [packed]
        kernels = layer.weights.kernels.convolve
        self.layer = grl_layer(
            packed: try packed.floats(),
            depth: layout.isTransformed ? layer.weights.inputChannels : layer.weights.depth,
            columns: layer.weights.outputChannels)
        (activation, slope) =
            switch layer.activation {
            case .none: (GRL_ACTIVATION_NONE, 0)
            case .relu: (GRL_ACTIVATION_RELU, 0)
            case .leakyRelu(let slope): (GRL_ACTIVATION_LEAKY_RELU, slope)
            case .gelu: (GRL_ACTIVATION_GELU, 0)
            case .geluTanh: (GRL_ACTIVATION_GELU_TANH, 0)
            case .sigmoid: (GRL_ACTIVATION_SIGMOID, 0)
            case .silu: (GRL_ACTIVATION_SILU, 0)
            }
    }
}

/// What follows a fused layer's sums, as the kernels take it. Keeps alive the memory that it points to.
struct FastEpilogue {
    private let normalization: RowNormalization?
    let epilogue: grl_epilogue

    /// - Throws: `DTYPE`.
    init(_ layer: FastLayer, _ normalization: RowNormalization?) throws {
        self.normalization = normalization
        epilogue = grl_epilogue(
            activation: layer.activation, slope: layer.slope, normalizes: normalization != nil,
            epsilon: normalization?.epsilon ?? 0, scale: try normalization?.scale.floats(),
            shift: try normalization?.bias?.floats())
    }
}

/// Where a fused layer's rows go, rows of `stride` floats without gaps, and the residuals that are added, laid out
/// alike.
struct FastTarget {
    let start: UnsafeMutablePointer<Float>
    let residuals: [UnsafePointer<Float>]
    let stride: Int

    /// The target whose first row is row `row`.
    func rows(from row: Int) -> grl_row_target {
        let offset = row * stride
        return grl_row_target(
            start: start + offset, stride: stride, runs: 1, run_stride: 0,
            residual: residuals.first.map { $0 + offset }, residual_stride: stride,
            second_residual: residuals.dropFirst().first.map { $0 + offset }, second_residual_stride: stride)
    }

    /// The target whose rows are the `columns` pixels of line `line` of an image before a pixel shuffle by `shuffle`;
    /// `stride` counts the floats of a pixel after it.
    func line(_ line: Int, columns: Int, shuffle: Int) -> grl_row_target {
        guard shuffle > 1 else { return rows(from: line * columns) }
        let lineStride = columns * shuffle * stride
        return grl_row_target(
            start: start + line * shuffle * lineStride, stride: shuffle * stride, runs: shuffle,
            run_stride: lineStride, residual: nil, residual_stride: 0, second_residual: nil, second_residual_stride: 0)
    }
}

extension Tensor {
    /// The first element of a float32 tensor; valid while somebody holds the tensor.
    ///
    /// - Throws: `DTYPE`; `SHAPE` when it has no elements.
    func floats() throws -> UnsafePointer<Float> {
        guard let address = try withElements(of: Float.self, { $0.baseAddress }) else {
            throw OperatorError(.shape, "the tensor \(self) has no elements")
        }
        return address
    }

    /// The first element of a float32 tensor that nobody else holds; valid while somebody holds the tensor.
    ///
    /// - Throws: `DTYPE`; `SHAPE` when it has no elements.
    func mutableFloats() throws -> UnsafeMutablePointer<Float> {
        guard let address = try withMutableElements(of: Float.self, { $0.baseAddress }) else {
            throw OperatorError(.shape, "the tensor \(self) has no elements")
        }
        return address
    }
}

extension EvaluationContext {
    /// Memory for the output of a fused operator: over a residual, which is read at the same place before the output is
    /// written there, where one may be overwritten.
    ///
    /// - Parameter first: the first input that is a residual.
    /// - Throws: memory errors.
    mutating func allocate(_ type: TensorType, overResidualsFrom first: Int) throws -> Tensor {
        let candidate = (first..<max(inputCount, first)).first { mayReuse(input: $0) }
        return try candidate.map { try allocate(type, reusingInput: $0) } ?? allocate(type)
    }
}

/// How much a piece of parallel work does.
enum FusedWork {
    /// Multiply-adds of a piece: some tens of microseconds.
    static let piece = 1 << 22
    /// Rows that kernels work on at once.
    static let block = 24

    /// Rows of a piece when each takes that many multiply-adds: whole blocks.
    static func rows(multiplyAdds: Int) -> Int { max(piece / max(multiplyAdds, 1) / block, 1) * block }
}
