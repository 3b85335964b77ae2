import CKernels
import Testing

/// One instruction set's kernels, named in test output.
struct InstructionSet: Sendable, CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }

    /// The sets this machine runs.
    static let available = ["baseline", "avx2", "avx512"].map(Self.init).filter(\.isAvailable)

    var isAvailable: Bool { table != nil }

    private var table: UnsafePointer<grl_kernel_table>? { grl_kernels_named(name) }

    /// Calls `body` with the table of this set.
    func withTable(_ body: (grl_kernel_table) -> Void) {
        if let table { body(table.pointee) }
    }
}

/// Reproducible numbers (a 64-bit linear congruential generator, high bits).
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

    mutating func next(_ range: ClosedRange<Float>) -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Float(state >> 40) / Float(1 << 24)
        return range.lowerBound + unit * (range.upperBound - range.lowerBound)
    }

    mutating func array(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
        (0..<count).map { _ in next(range) }
    }
}

/// The sizes at which vector loops change their path, for the widest vectors.
let awkwardCounts = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 130]

/// True when both are NaN, equal, or within tolerance · max(1, |expected|).
func agree(_ actual: Float, _ expected: Double, tolerance: Double) -> Bool {
    if expected.isNaN || actual.isNaN { return expected.isNaN && actual.isNaN }
    let rounded = Float(expected)
    if rounded == actual { return true }
    return abs(Double(actual) - expected) <= tolerance * max(1, abs(expected))
}
