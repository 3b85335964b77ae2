/// Bars that show how multiply-adds are shared among the parts of a network, one for each size of the image.
struct ShareBars {
    typealias Row = (label: String, parts: [SizePlot.Part])

    /// Parts that have a colour of their own in `arena.css`; the others share the last one.
    private static let colorCount = 8
    private static let rowHeight = 24.0
    private static let labelWidth = 76.0

    private let title: String
    private let rows: [Row]
    /// The parts with the most multiply-adds in the last row, and `others` where there are more.
    private let names: [String]

    init(title: String, rows: [Row]) {
        self.title = title
        self.rows = rows.map { ($0.label, $0.parts.filter { $0.multiplyAdds > 0 }) }
        let parts = (self.rows.last?.parts ?? []).sorted { ($0.multiplyAdds, $1.name) > ($1.multiplyAdds, $0.name) }
        names =
            parts.count <= Self.colorCount
            ? parts.map(\.name) : parts.prefix(Self.colorCount - 1).map(\.name) + ["others"]
    }

    var isEmpty: Bool { names.isEmpty }

    /// With the list of the parts below.
    var height: Double { Double(rows.count + names.count) * Self.rowHeight + 50 }

    func drawing(left: Double, top: Double, width: Double, _ picture: SVGText) -> [String] {
        var lines = [picture.label(left + Self.labelWidth, top, title, "heading")]
        for (index, row) in rows.enumerated() {
            let y = top + 14 + Double(index) * Self.rowHeight
            lines.append(picture.label(left + Self.labelWidth - 8, y + 14, row.label, "tick end"))
            lines += bar(row, left: left + Self.labelWidth, top: y, width: width - Self.labelWidth, picture)
        }
        for (index, name) in names.enumerated() {
            let y = top + 26 + Double(rows.count + index) * Self.rowHeight
            lines.append("<g class=\"part\(index)\">\(picture.rectangle(left + Self.labelWidth, y, 14, 14))</g>")
            lines.append(picture.label(left + Self.labelWidth + 22, y + 11, name, "caption"))
        }
        return lines
    }

    private func bar(_ row: Row, left: Double, top: Double, width: Double, _ picture: SVGText) -> [String] {
        let sums = Dictionary(
            row.parts.map { (names.contains($0.name) ? $0.name : "others", Double($0.multiplyAdds)) },
            uniquingKeysWith: +)
        let total = max(sums.values.reduce(0, +), 1)
        var start = left
        return names.enumerated().compactMap { index, name in
            guard let number = sums[name] else { return nil }
            let extent = width * number / total
            defer { start += extent }
            let words =
                "\(row.label), \(name): \(picture.number(number / 1e9)) GMAC, \(Quantity.percent(number / total))"
            return "<g class=\"part\(index)\"><title>\(words.escapedForMarkup)</title>"
                + picture.rectangle(start, top, extent, Self.rowHeight - 6) + "</g>"
        }
    }
}
