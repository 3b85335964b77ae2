/// Integer arithmetic on numbers from outside, which must not trap.
package enum Checked {
    /// - Throws: `SIZE_OVERFLOW`.
    package static func add(_ a: Int, _ b: Int) throws(TensorError) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw TensorError(.sizeOverflow, "\(a) + \(b) does not fit") }
        return sum
    }

    /// - Throws: `SIZE_OVERFLOW`.
    package static func subtract(_ a: Int, _ b: Int) throws(TensorError) -> Int {
        let (difference, overflow) = a.subtractingReportingOverflow(b)
        guard !overflow else { throw TensorError(.sizeOverflow, "\(a) - \(b) does not fit") }
        return difference
    }

    /// - Throws: `SIZE_OVERFLOW`.
    package static func multiply(_ a: Int, _ b: Int) throws(TensorError) -> Int {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        guard !overflow else { throw TensorError(.sizeOverflow, "\(a) * \(b) does not fit") }
        return product
    }

    /// `value` rounded towards zero; NaN and numbers outside `Int` are errors.
    ///
    /// - Throws: `SIZE_OVERFLOW`.
    package static func integer(_ value: Double) throws(TensorError) -> Int {
        guard let result = Int(exactly: value.rounded(.towardZero)) else {
            throw TensorError(.sizeOverflow, "\(value) is no integer that fits")
        }
        return result
    }
}

extension Int {
    /// The sum, or the largest number where it is larger; for sums of numbers that are not negative.
    package func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
