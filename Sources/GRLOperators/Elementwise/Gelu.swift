package import GRLGraph
import Glibc

/// x · Φ(x), with Φ the distribution function of the standard normal distribution, or an approximation of it.
package struct Gelu: RealFunction {
    package static let spec = OperatorSpec("Gelu", versions: 20...Int.max, inputs: 1...1, writtenVersion: 20)

    /// How Φ is computed.
    package enum Approximation: String, Sendable, CaseIterable {
        /// (1 + erf(x/√2)) / 2.
        case none
        /// (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2.
        case tanh
    }

    package let approximation: Approximation

    package init(_ approximation: Approximation) {
        self.approximation = approximation
    }

    package init(_ node: inout NodeReader) throws {
        approximation = try node.choice("approximate", default: .none)
    }

    package var attributes: [String: AttributeValue] { ["approximate": .string(approximation.rawValue)] }

    func value(at x: Double) -> Double {
        switch approximation {
        case .none: x * 0.5 * (1 + erf(x * 0.5.squareRoot()))
        case .tanh: x * 0.5 * (1 + Glibc.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        }
    }

    var kernel: UnaryKernel? {
        switch approximation {
        case .none: UnaryKernel(KernelTable.unary.gelu)
        case .tanh: UnaryKernel(KernelTable.unary.gelu_tanh)
        }
    }
}
