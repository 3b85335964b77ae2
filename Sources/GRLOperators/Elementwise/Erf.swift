package import GRLGraph
import Glibc

/// The error function, 2/√π · ∫₀ˣ e^(−t²) dt.
package struct Erf: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Erf", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value(at x: Double) -> Double { erf(x) }

    var kernel: UnaryKernel? { UnaryKernel(KernelTable.unary.erf) }
}
