import GRLTensor

/// How far a weight of one network is from that of another.
package struct WeightDifference: Sendable {
    /// The weight's names in both networks.
    package let names: [String]
    package let count: Int
    /// max |Δ|; infinite where one is a number and the other is not.
    package let maximum: Double
    /// ‖Δ‖₂ / ‖a‖₂; infinite where a is 0 and b is not.
    package let relative: Double

    /// Weights agree up to this relative difference: exporters and simplifiers fold constants with different rounding.
    package static let tolerance = 1e-5
    /// Rounding to float16 makes weights differ by at most this part of themselves.
    package static let halfPrecision = 1.0 / 2048

    /// Whether the weights are the same but for rounding.
    package var agrees: Bool { relative <= Self.tolerance }

    /// - Throws: `DTYPE` where the weights are no floating point numbers.
    init(_ a: ComparedOperator.Weight, _ b: ComparedOperator.Weight) throws {
        names = [a.name, b.name]
        let (first, second) = (try Self.numbers(a.tensor), try Self.numbers(b.tensor))
        count = first.count
        var (maximum, squares, norm) = (0.0, 0.0, 0.0)
        for (x, y) in zip(first, second) where x != y && !(x.isNaN && y.isNaN) {
            let difference = abs(x - y).isNaN ? .infinity : abs(x - y)
            maximum = max(maximum, difference)
            squares += difference * difference
        }
        for x in first where x.isFinite { norm += x * x }
        self.maximum = maximum
        relative = squares == 0 ? 0 : (squares / norm).squareRoot()
    }

    private static func numbers(_ tensor: Tensor) throws -> [Double] {
        switch tensor.elementType {
        case .float64: try tensor.elements(of: Double.self)
        case .float16: try tensor.elements(of: Float16.self).map { Double($0) }
        case .bfloat16: try tensor.elements(of: BFloat16.self).map { Double($0.float) }
        default: try tensor.elements(of: Float.self).map { Double($0) }
        }
    }
}
