package import GRLGraph
package import GRLTensor

/// What makes a mask of shifted windows right; equal checks need to be made once.
package struct RegionMaskCheck: Hashable {
    /// The constant that is added to the scores.
    let value: ValueID
    /// For each axis of the scores, by how many elements a step moves.
    let elementStrides: [Int]
    /// Rows and columns of windows.
    let grid: [Int]
    let queryWindow: [Int]
    let queryShift: [Int]
    let keyWindow: [Int]
    let keyShift: [Int]

    package init(
        value: ValueID, elementStrides: [Int], grid: [Int], queryWindow: [Int], queryShift: [Int], keyWindow: [Int],
        keyShift: [Int]
    ) {
        self.value = value
        self.elementStrides = elementStrides
        self.grid = grid
        self.queryWindow = queryWindow
        self.queryShift = queryShift
        self.keyWindow = keyWindow
        self.keyShift = keyShift
    }

    /// Checks every element: `mask` between tokens of different regions, 0 elsewhere.
    ///
    /// - Returns: the number between different regions; 0 where there is one region only.
    /// - Throws: a ``Refusal`` when an element is another.
    package func run(_ tensor: Tensor) throws -> Float {
        typealias Axis = AttentionScores.Axis
        var mask: Float?
        let matches = try tensor.withElements(of: Float.self) { elements in
            guard let elements = elements.baseAddress else { return false }
            for row in 0..<grid[0] {
                for column in 0..<grid[1] {
                    let isLast = [row == grid[0] - 1, column == grid[1] - 1]
                    let window =
                        elements + row * elementStrides[Axis.windowRow] + column * elementStrides[Axis.windowColumn]
                    let queries = Self.regions(queryWindow, queryShift, isLast: isLast)
                    let keys = Self.regions(keyWindow, keyShift, isLast: isLast)
                    guard check(window, queries, keys, &mask) else { return false }
                }
            }
            return true
        }
        guard matches else {
            throw Refusal(
                "what is added to the scores is neither a bias of offsets nor the mask of the shifted windows")
        }
        return mask ?? 0
    }

    /// Checks one window.
    ///
    /// - Parameter mask: the number between different regions; nil as long as it has not been met.
    private func check(
        _ window: UnsafePointer<Float>, _ queries: [UInt8], _ keys: [UInt8], _ mask: inout Float?
    ) -> Bool {
        typealias Axis = AttentionScores.Axis
        let keyStride = elementStrides[Axis.key]
        // The rows of queries of one region are the same.
        var rows: [UInt8: [UInt32]] = [:]
        for (query, region) in queries.enumerated() {
            let pairs = window + query * elementStrides[Axis.query]
            if rows[region] == nil {
                if mask == nil, let other = keys.firstIndex(where: { $0 != region }) { mask = pairs[other * keyStride] }
                rows[region] = keys.map { $0 == region ? Float(0).bitPattern : (mask ?? 0).bitPattern }
            }
            let isEqual =
                rows[region]?.withUnsafeBufferPointer { row in
                    var difference: UInt32 = 0
                    for key in row.indices { difference |= row[key] ^ pairs[key * keyStride].bitPattern }
                    return difference == 0
                } ?? false
            guard isEqual else { return false }
        }
        return mask.map { $0 <= 0 } ?? true
    }

    /// The region of each token of a window: rows and columns that a shift has brought from the other edge are apart.
    private static func regions(_ window: [Int], _ shift: [Int], isLast: [Bool]) -> [UInt8] {
        func isApart(_ position: Int, _ axis: Int) -> UInt8 {
            isLast[axis] && shift[axis] > 0 && position >= window[axis] - shift[axis] ? 1 : 0
        }
        return (0..<window[0]).flatMap { row in
            (0..<window[1]).map { column in 2 * isApart(row, 0) + isApart(column, 1) }
        }
    }
}
