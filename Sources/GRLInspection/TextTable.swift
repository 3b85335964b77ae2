/// Rows of cells under one another.
enum TextTable {
    /// The rows as lines, cells two spaces apart.
    ///
    /// - Parameter leftAligned: the columns whose cells stand at the left.
    static func lines(_ rows: [[String]], leftAligned: Set<Int> = [0]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let fill = String(repeating: " ", count: widths[column] - cell.count)
                return leftAligned.contains(column) ? cell + fill : fill + cell
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
