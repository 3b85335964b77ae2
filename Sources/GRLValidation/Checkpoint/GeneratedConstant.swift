/// Tensors that networks make themselves, from sizes or for all checkpoints alike.
enum GeneratedConstant {
    /// The mean colour that GRL, SwinIR and others subtract: that of the DIV2K photographs.
    static let mean: [Float] = [0.4488, 0.4371, 0.4040]

    /// What the values are, in words; nil where they are none of these.
    static func description(of values: [Float], dimensions: [Int]) -> String? {
        guard let first = values.first else { return "empty" }
        if values.allSatisfy({ $0 == first }) { return "one number, \(first)" }
        if isMean(values) { return "mean colour" }
        if isMask(values) { return "attention mask" }
        if isCoordinates(values, dimensions) { return "relative coordinates" }
        if isDifferences(values, dimensions) { return "differences of positions" }
        if values.allSatisfy({ $0 >= 0 && $0 < 9 && $0 == $0.rounded() }), values.count >= 16 {
            return "region numbers"
        }
        return nil
    }

    /// Whether the colours of the mean stand in reverse order.
    static func isReversedMean(_ values: [Float]) -> Bool { !isMean(values) && isMean(values.reversed()) }

    private static func isMean(_ values: some Collection<Float>) -> Bool {
        guard values.count == 3 else { return false }
        let scale = values.first.map { $0 / mean[0] } ?? 0
        guard scale == 1 || abs(scale - 255) < 0.01 || abs(scale + 1) < 1e-6 else { return false }
        return zip(values, mean).allSatisfy { abs($0 - $1 * scale) <= abs(scale) * 1e-6 }
    }

    /// Whether all values are 0 or one negative number, as masks of shifted windows have it.
    static func isMask(_ values: [Float]) -> Bool {
        guard let mark = values.first(where: { $0 != 0 }), mark <= -50 else { return false }
        return values.allSatisfy { $0 == 0 || $0 == mark }
    }

    /// Whether the values are the differences of positions, or what those are divided by the largest, from which
    /// relative coordinates are computed: along one axis, or as a table `[…, rows, columns, 2]`.
    private static func isDifferences(_ values: [Float], _ dimensions: [Int]) -> Bool {
        let sides = dimensions.filter { $0 != 1 }
        if sides.count == 1 { return isSequence(values) }
        guard sides.count == 3, sides[2] == 2 else { return false }
        let columns = sides[1]
        return isSequence((0..<sides[0]).map { values[2 * $0 * columns] })
            && isSequence((0..<columns).map { values[2 * $0 + 1] })
            && values.indices.allSatisfy { index in
                let place = index / 2
                let source = index.isMultiple(of: 2) ? 2 * (place / columns) * columns : 2 * (place % columns) + 1
                return values[index] == values[source]
            }
    }

    /// Whether the values are consecutive whole numbers with 0 among them, or those divided by the last.
    private static func isSequence(_ values: [Float]) -> Bool {
        guard values.count > 2, let first = values.first, let last = values.last, first < 0, last > 0 else {
            return false
        }
        let step = (Double(last) - Double(first)) / Double(values.count - 1)
        guard abs(step - 1) < 1e-6 || abs(Double(last) - 1) < 1e-6 else { return false }
        let start = (Double(first) / step).rounded()
        return values.enumerated().allSatisfy { abs(Double($1) - (start + Double($0)) * step) <= 1e-6 }
    }

    /// Whether the values are a table of relative coordinates, `[…, rows, columns, 2]`.
    static func isCoordinates(_ values: [Float], _ dimensions: [Int]) -> Bool {
        let sides = dimensions.drop { $0 == 1 }
        guard sides.count >= 2, sides.last == 2, values.count > 2 else { return false }
        let geometries =
            sides.count == 3
            ? BiasGeometry.all(rows: dimensions[dimensions.count - 3], columns: dimensions[dimensions.count - 2])
            : (1...values.count / 2).filter((values.count / 2).isMultiple(of:)).flatMap {
                BiasGeometry.all(rows: $0, columns: values.count / 2 / $0)
            }
        return geometries.contains { geometry in
            let (rows, columns) = (geometry.coordinates(axis: 0), geometry.coordinates(axis: 1))
            return values.indices.allSatisfy { index in
                let place = index / 2
                let expected = index.isMultiple(of: 2) ? rows[place / columns.count] : columns[place % columns.count]
                return abs(Double(values[index]) - expected) <= 2e-6 || (values[index].isNaN && expected.isNaN)
            }
        }
    }
}
