/// Recognises constants that hold a position bias: its table, the table gathered for all pairs of tokens, or a part of
/// the computation of either.
struct BiasRecognizer {
    private struct Key: Hashable {
        let source: Int
        let stage: PositionBias.Stage
        let geometry: BiasGeometry
    }

    let sources: [PositionBias]
    /// Sizes that were recognised before, which are likely to come again.
    private var geometries: [BiasGeometry] = []
    private var tables: [Key: [(value: Double, bound: Double)]] = [:]

    /// How the elements of a constant are arranged.
    private struct Layout {
        let geometry: BiasGeometry
        let isHidden: Bool
        /// Whether units vary slowest, as in `[heads, …]`, or fastest.
        let unitsFirst: Bool
        /// Whether there is a number for each pair of tokens, and if so whether the queries are the anchors; otherwise
        /// a number for each difference.
        let pairs: Bool?

        var count: Int {
            guard pairs != nil else { return geometry.table[0] * geometry.table[1] }
            return geometry.window[0] * geometry.window[1] * geometry.anchor[0] * geometry.anchor[1]
        }

        func tableIndex(_ place: Int) -> Int {
            guard let queryIsAnchor = pairs else { return place }
            let keys = queryIsAnchor ? geometry.window : geometry.anchor
            let keyCount = keys[0] * keys[1]
            return geometry.tableIndex(query: place / keyCount, key: place % keyCount, queryIsAnchor: queryIsAnchor)
        }
    }

    init(_ sources: [PositionBias]) { self.sources = sources }

    /// The bias that a constant holds.
    ///
    /// - Parameters:
    ///   - geometry: the sizes, where they are known.
    ///   - module: the module whose bias is expected, which is tried first.
    mutating func origin(
        _ values: [Float], dimensions: [Int], geometry: BiasGeometry? = nil, module: String? = nil
    ) -> ConstantOrigin? {
        guard values.count > 1 else { return nil }
        let order = sources.indices.sorted { (a, b) in
            let (first, second) = (sources[a].module == module, sources[b].module == module)
            return first == second ? a < b : first
        }
        let known = geometry.map { [$0] } ?? geometries
        let isKnown = geometry != nil
        for layouts in [known, isKnown ? [] : Self.geometries(dimensions, values.count)] {
            for source in order {
                for layout in self.layouts(layouts, values.count, of: sources[source]) {
                    for stage in sources[source].stages where stage.isHidden == layout.isHidden {
                        guard let origin = match(values, source, stage, layout) else { continue }
                        if !geometries.contains(layout.geometry) { geometries.append(layout.geometry) }
                        return origin
                    }
                }
            }
        }
        return nil
    }

    private func layouts(_ geometries: [BiasGeometry], _ count: Int, of source: PositionBias) -> [Layout] {
        geometries.filter { $0.isReasonable && source.fits($0) }.flatMap { geometry -> [Layout] in
            var result: [Layout] = []
            for unitsFirst in [true, false] {
                for pairs in [nil, false, true] as [Bool?] {
                    result.append(Layout(geometry: geometry, isHidden: false, unitsFirst: unitsFirst, pairs: pairs))
                }
                result.append(Layout(geometry: geometry, isHidden: true, unitsFirst: unitsFirst, pairs: nil))
            }
            return result.filter { $0.count * ($0.isHidden ? source.hiddenWidth : source.heads) == count }
        }
    }

    private mutating func match(
        _ values: [Float], _ source: Int, _ stage: PositionBias.Stage, _ layout: Layout
    ) -> ConstantOrigin? {
        let bias = sources[source]
        let units = layout.isHidden ? bias.hiddenWidth : bias.heads
        func place(_ element: Int) -> (index: Int, unit: Int) {
            layout.unitsFirst
                ? (layout.tableIndex(element % layout.count), element / layout.count)
                : (layout.tableIndex(element / units), element % units)
        }
        for element in [0, values.count / 2, values.count - 1] {
            let (index, unit) = place(element)
            let expected = bias.value(stage, layout.geometry, index: index, unit: unit)
            guard abs(Double(values[element]) - expected.value) <= expected.bound else { return nil }
        }
        let key = Key(source: source, stage: stage, geometry: layout.geometry)
        let table = tables[key] ?? bias.values(stage, layout.geometry)
        // A hidden layer's values are many, and no second constant holds them.
        if !layout.isHidden { tables[key] = table }
        var (difference, bound) = (0.0, 0.0)
        for element in values.indices {
            let (index, unit) = place(element)
            let expected = table[index * units + unit]
            let distance = abs(Double(values[element]) - expected.value)
            guard distance <= expected.bound else { return nil }
            difference = max(difference, distance)
            bound = max(bound, expected.bound)
        }
        return ConstantOrigin(
            parameters: bias.parameters, derivation: .folded, what: "the position bias", difference: difference,
            bound: bound)
    }

    /// The sizes that a constant's dimensions leave open.
    private static func geometries(_ dimensions: [Int], _ count: Int) -> [BiasGeometry] {
        let sides = dimensions.filter { $0 > 1 }
        var result: [BiasGeometry] = []
        func add(_ geometry: BiasGeometry) { if !result.contains(geometry) { result.append(geometry) } }
        for (a, b) in zip(sides, sides.dropFirst()) {
            // A table of a × b, or a × b pairs of tokens.
            BiasGeometry.all(rows: a, columns: b).forEach(add)
            let (large, small) = (max(a, b), min(a, b))
            let factor = Int((Double(large) / Double(small)).squareRoot().rounded())
            guard small > 0, factor >= 1, factor <= 16, small * factor * factor == large else { continue }
            for rows in divisors(of: small) {
                let anchor = [rows, small / rows]
                add(BiasGeometry(window: anchor.map { $0 * factor }, anchor: anchor))
            }
        }
        // A table whose sides were joined.
        for joined in sides where joined < 1 << 20 {
            for rows in divisors(of: joined) { BiasGeometry.all(rows: rows, columns: joined / rows).forEach(add) }
        }
        return result
    }

    private static func divisors(of number: Int) -> [Int] {
        guard number > 0, number < 1 << 20 else { return [] }
        return (1...Int(Double(number).squareRoot().rounded(.up))).filter(number.isMultiple(of:))
            .flatMap { [$0, number / $0] }
    }
}
