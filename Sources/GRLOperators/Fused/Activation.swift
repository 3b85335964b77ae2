package import GRLGraph
import Glibc

/// The function that a fused layer applies to each of its sums.
package enum Activation: Sendable, Hashable {
    case none
    /// max(x, 0).
    case relu
    /// x where x ≥ 0, elsewhere slope · x.
    case leakyRelu(slope: Float)
    /// x · Φ(x), with Φ the distribution function of the standard normal distribution.
    case gelu
    /// ``gelu`` with Φ(x) ≈ (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2.
    case geluTanh
    /// 1 / (1 + e^(−x)).
    case sigmoid
    /// x · sigmoid(x).
    case silu

    /// The function's value.
    func value(at x: Double) -> Double {
        switch self {
        case .none: x
        case .relu: x < 0 ? 0 : x
        case .leakyRelu(let slope): x < 0 ? Double(slope) * x : x
        case .gelu: Gelu(.none).value(at: x)
        case .geluTanh: Gelu(.tanh).value(at: x)
        case .sigmoid: 1 / (1 + exp(-x))
        case .silu: x / (1 + exp(-x))
        }
    }

    /// The activation that `operation` applies to its only input, or nil when it is no activation.
    package init?(_ operation: any Operator) {
        switch operation {
        case is Relu: self = .relu
        case let operation as LeakyRelu: self = .leakyRelu(slope: operation.alpha)
        case let operation as Gelu: self = operation.approximation == .tanh ? .geluTanh : .gelu
        case is Sigmoid: self = .sigmoid
        case let operation as Swish where operation.alpha == 1: self = .silu
        default: return nil
        }
    }
}

extension Activation {
    private enum Name: String, CaseIterable {
        case none, relu, gelu, sigmoid, silu
        case leakyRelu = "leaky_relu"
        case geluTanh = "gelu_tanh"
    }

    /// Reads the attributes `activation` and `slope`.
    ///
    /// - Throws: `ATTR_TYPE`, `ATTR_VALUE`.
    init(_ node: inout NodeReader) throws {
        let slope = try node.float("slope", default: 0)
        self =
            switch try node.choice("activation", default: Name.none) {
            case .none: .none
            case .relu: .relu
            case .leakyRelu: .leakyRelu(slope: slope)
            case .gelu: .gelu
            case .geluTanh: .geluTanh
            case .sigmoid: .sigmoid
            case .silu: .silu
            }
    }

    /// The attributes that say the same.
    var attributes: [String: AttributeValue] {
        switch self {
        case .none: [:]
        case .relu: Self.attribute(.relu)
        case .leakyRelu(let slope): Self.attribute(.leakyRelu).merging(["slope": .float(slope)]) { $1 }
        case .gelu: Self.attribute(.gelu)
        case .geluTanh: Self.attribute(.geluTanh)
        case .sigmoid: Self.attribute(.sigmoid)
        case .silu: Self.attribute(.silu)
        }
    }

    private static func attribute(_ name: Name) -> [String: AttributeValue] { ["activation": .string(name.rawValue)] }
}
