/// Finds parameters that an export has merged into one constant, or split into several, along rows or columns.
struct RowIndex {
    private struct Place {
        let parameter: Int
        let row: Int
    }

    private let parameters: [Parameter]
    /// By the hash of a row of a parameter, or of a row of its transpose.
    private var rows: [UInt64: [Place]] = [:]
    private var columns: [UInt64: [Place]] = [:]

    init(_ parameters: [Parameter]) {
        self.parameters = parameters
        for (number, parameter) in parameters.enumerated() where parameter.values.count > 1 {
            for row in 0..<parameter.rows {
                rows[Self.hash(parameter.values, parameter.columns, row, false), default: []].append(
                    Place(parameter: number, row: row))
            }
            guard parameter.dimensions.count > 1 else { continue }
            for column in 0..<parameter.columns {
                columns[Self.hash(parameter.values, parameter.columns, column, true), default: []].append(
                    Place(parameter: number, row: column))
            }
        }
    }

    /// The runs of rows or columns of parameters that a constant consists of, whole; none where a part is unknown.
    func origins(_ values: [Float], dimensions: [Int]) -> [ConstantOrigin] {
        let sides = dimensions.filter { $0 != 1 }
        guard let first = sides.first, first > 0, values.count > 1 else { return [] }
        let width = values.count / first
        for isTransposed in width > 1 ? [false, true] : [false] {
            // Rows of the constant, or of its transpose, are rows of a parameter, or of its transpose.
            let count = isTransposed ? width : first
            let hashes = (0..<count).map { Self.hash(values, width, $0, isTransposed) }
            for (index, kind) in [(rows, "rows"), (columns, "columns")] {
                if let origins = runs(hashes, in: index, kind: kind) { return origins }
            }
        }
        return []
    }

    private func runs(_ hashes: [UInt64], in index: [UInt64: [Place]], kind: String) -> [ConstantOrigin]? {
        var result: [ConstantOrigin] = []
        var position = 0
        while position < hashes.count {
            let candidates = index[hashes[position]] ?? []
            let lengths = candidates.map { place in
                var length = 1
                while position + length < hashes.count,
                    index[hashes[position + length]]?.contains(where: {
                        $0.parameter == place.parameter && $0.row == place.row + length
                    }) ?? false
                { length += 1 }
                return length
            }
            guard let best = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) else { return nil }
            let place = candidates[best]
            result.append(
                ConstantOrigin(
                    parameters: [place.parameter], derivation: .merged,
                    what: kind, rows: place.row..<place.row + lengths[best]))
            position += lengths[best]
        }
        // Single numbers are found everywhere: a vector counts when it is made of a few long pieces.
        return result.count * 4 <= hashes.count || result.count == 1 ? result : nil
    }

    private static func hash(_ values: [Float], _ width: Int, _ row: Int, _ isTransposed: Bool) -> UInt64 {
        var hash = Hash()
        if isTransposed {
            for index in stride(from: row, to: values.count, by: width) { hash.add(values[index]) }
        } else {
            for value in values[row * width..<(row + 1) * width] { hash.add(value) }
        }
        return hash.value
    }
}
