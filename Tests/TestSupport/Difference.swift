package import GRLTensor

/// How far one float32 tensor is from another.
package struct Difference: Sendable {
    /// max |actual − expected|; infinite when shapes differ or one has a NaN where the other has none.
    package let maximum: Float
    /// max |expected|.
    package let magnitude: Float

    /// - Throws: `DTYPE` when a tensor is not float32.
    package init(_ actual: Tensor, _ expected: Tensor) throws {
        let actualElements = try actual.elements(of: Float.self)
        let expectedElements = try expected.elements(of: Float.self)
        var maximum: Float = actual.shape == expected.shape ? 0 : .infinity
        var magnitude: Float = 0
        for (a, e) in zip(actualElements, expectedElements) {
            magnitude = max(magnitude, e.magnitude)
            if a.isNaN != e.isNaN { maximum = .infinity }
            if a != e, !a.isNaN { maximum = max(maximum, (a - e).magnitude) }
        }
        self.maximum = maximum
        self.magnitude = magnitude
    }

    /// The bound of every comparison with PyTorch: max |Δ| ≤ 2e-5 · max(1, max |expected|).
    package var isWithinBound: Bool { maximum <= bound }

    /// 2e-5 · max(1, max |expected|).
    package var bound: Float { 2e-5 * max(1, magnitude) }
}
