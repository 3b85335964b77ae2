import Foundation

/// How far a tensor is from the one that was expected, element by element.
package struct TensorDifference: Sendable {
    /// max |actual − expected|; infinite where shapes differ or a number meets none.
    package let maximum: Double
    /// The mean of |actual − expected| over the elements that are numbers.
    package let mean: Double
    /// max |expected| over the elements that are numbers.
    package let magnitude: Double
    /// ‖actual − expected‖ / ‖expected‖ in the Euclidean norm; 0 where both are 0.
    package let relative: Double
    /// `10 log10(1 / MSE)` in decibels, as of images from 0 to 1; infinite for equal tensors.
    package let psnr: Double
    /// The indices of the element that differs most; empty where shapes differ.
    package let worst: [Int]
    /// The elements there.
    package let actualAtWorst: Double
    package let expectedAtWorst: Double
    /// Whether types, shapes and all bits are the same.
    package let isIdentical: Bool

    /// - Throws: memory errors, for types that are converted to `float32` first.
    package init(_ actual: Tensor, _ expected: Tensor) throws {
        isIdentical =
            actual.elementType == expected.elementType && actual.shape == expected.shape
            && actual.withBytes { a in expected.withBytes { b in a.elementsEqual(b) } }
        guard actual.shape == expected.shape else {
            (maximum, mean, magnitude, relative, psnr) = (.infinity, .infinity, 0, .infinity, -.infinity)
            (worst, actualAtWorst, expectedAtWorst) = ([], .nan, .nan)
            return
        }
        let sums =
            if actual.elementType == .float64, expected.elementType == .float64 {
                try Sums(actual, expected) { (value: Double) in value }
            } else {
                try Sums(actual.asFloat32(), expected.asFloat32()) { (value: Float) in Double(value) }
            }
        let count = Double(max(actual.count, 1))
        maximum = sums.maximum
        mean = sums.absolute / count
        magnitude = sums.magnitude
        relative =
            sums.maximum.isInfinite
            ? .infinity : sums.squares == 0 ? 0 : (sums.squares / sums.expectedSquares).squareRoot()
        psnr = sums.maximum.isInfinite ? -.infinity : -10 * log10(sums.squares / count)
        worst = actual.shape.strides.enumerated().map { axis, stride in
            sums.worst / stride % max(actual.shape[axis], 1)
        }
        (actualAtWorst, expectedAtWorst) = (sums.actualAtWorst, sums.expectedAtWorst)
    }

    /// Whether no element is farther than `tolerance`, taken of the largest expected element where that is more than 1.
    package func isWithin(_ tolerance: Double) -> Bool { maximum <= bound(for: tolerance) }

    /// `tolerance · max(1, max |expected|)`.
    package func bound(for tolerance: Double) -> Double { tolerance * Swift.max(1, magnitude) }
}

/// What one pass over two tensors of one shape adds up.
private struct Sums {
    var maximum = 0.0
    var absolute = 0.0
    var squares = 0.0
    var expectedSquares = 0.0
    var magnitude = 0.0
    var worst = 0
    var actualAtWorst = 0.0
    var expectedAtWorst = 0.0

    init<Element: TensorElement>(
        _ actual: Tensor, _ expected: Tensor, _ number: (Element) -> Double
    ) throws {
        try actual.withElements(of: Element.self) { a in
            try expected.withElements(of: Element.self) { b in
                for index in a.indices { add(number(a[index]), number(b[index]), at: index) }
            }
        }
    }

    private mutating func add(_ actual: Double, _ expected: Double, at index: Int) {
        if expected.isFinite {
            expectedSquares += expected * expected
            magnitude = Swift.max(magnitude, expected.magnitude)
        }
        var difference = (actual - expected).magnitude
        if actual == expected || actual.isNaN && expected.isNaN { difference = 0 }
        if difference.isNaN { difference = .infinity }
        if index == 0 || difference > maximum {
            (maximum, worst, actualAtWorst, expectedAtWorst) = (difference, index, actual, expected)
        }
        guard difference.isFinite else { return }
        absolute += difference
        squares += difference * difference
    }
}
