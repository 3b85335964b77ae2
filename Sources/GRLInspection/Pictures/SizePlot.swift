/// Draws what a network costs at several sizes: a chart each of multiply-adds, memory and time over the size in
/// megapixels, and how operators and stages share the multiply-adds.
package struct SizePlot: Sendable {
    /// An operator, or a stage of the network.
    package struct Part: Sendable {
        package let name: String
        package let multiplyAdds: Int

        package init(name: String, multiplyAdds: Int) { (self.name, self.multiplyAdds) = (name, multiplyAdds) }
    }

    /// The costs at one size.
    package struct Point: Sendable {
        package let height: Int
        package let width: Int
        package let multiplyAdds: Int
        /// The planned peak; nil where it is not known.
        package let peakBytes: Int?
        /// The estimated time; nil where it was not estimated.
        package let seconds: Double?
        package let operators: [Part]
        package let stages: [Part]

        package init(
            height: Int, width: Int, multiplyAdds: Int, peakBytes: Int?, seconds: Double?, operators: [Part] = [],
            stages: [Part] = []
        ) {
            (self.height, self.width, self.multiplyAdds) = (height, width, multiplyAdds)
            (self.peakBytes, self.seconds) = (peakBytes, seconds)
            (self.operators, self.stages) = (operators, stages)
        }

        fileprivate var label: String { "\(height)×\(width)" }

        fileprivate var megapixels: Double { Double(height) * Double(width) / 1e6 }
    }

    /// - Parameter costs: what the network costs at each size, in any order.
    package init(_ costs: [SizeCost]) {
        self.init(
            costs.map { cost in
                Point(
                    height: cost.height, width: cost.width, multiplyAdds: cost.total.multiplyAdds,
                    peakBytes: cost.peakBytes, seconds: cost.total.seconds,
                    operators: cost.operators.map { Part(name: $0.name, multiplyAdds: $0.multiplyAdds) },
                    stages: cost.stages.map { Part(name: $0.name, multiplyAdds: $0.multiplyAdds) })
            })
    }

    private struct Chart {
        let title: String
        let numbers: [(point: Point, number: Double)]
    }

    private static let side = 300.0
    private static let left = 64.0
    private static let top = 46.0
    private static let between = 92.0

    private let charts: [Chart]
    private let bars: [ShareBars]

    /// - Parameter points: costs, in any order.
    package init(_ points: [Point]) {
        let sorted = points.sorted { $0.megapixels < $1.megapixels }
        charts = [
            Chart(title: "GMAC", numbers: sorted.map { ($0, Double($0.multiplyAdds) / 1e9) }),
            Chart(
                title: "planned peak, MB",
                numbers: sorted.compactMap { point in
                    point.peakBytes.map { (point, Double($0) / 1e6) }
                }),
            Chart(
                title: "estimated time, s", numbers: sorted.compactMap { point in point.seconds.map { (point, $0) } }),
        ].filter { !$0.numbers.isEmpty }
        bars = [
            ShareBars(title: "multiply-adds by operator", rows: sorted.map { ($0.label, $0.operators) }),
            ShareBars(title: "multiply-adds by stage", rows: sorted.map { ($0.label, $0.stages) }),
        ].filter { !$0.isEmpty }
    }

    /// The picture in SVG.
    package var svg: String {
        let picture = SVGText()
        let width = Self.left + Double(max(charts.count, 1)) * (Self.side + Self.between)
        let below = Self.top + Self.side + 80
        let height = below - 24 + (bars.map(\.height).max() ?? 0)
        var parts = [
            picture.opening(width: width, height: height, label: "Costs by size"),
            "<style>\(String(decoding: PackageResources.arena_css, as: UTF8.self))</style>",
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
        ]
        for (index, chart) in charts.enumerated() {
            parts += drawing(of: chart, left: Self.left + Double(index) * (Self.side + Self.between), picture)
        }
        let share = (width - 4) / Double(max(bars.count, 1))
        for (index, bar) in bars.enumerated() {
            parts += bar.drawing(left: Double(index) * share, top: below, width: share - 24, picture)
        }
        return (parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func drawing(of chart: Chart, left: Double, _ picture: SVGText) -> [String] {
        let most = (
            x: chart.numbers.map { $0.point.megapixels }.max() ?? 0, y: chart.numbers.map { $0.number }.max() ?? 0
        )
        let bottom = Self.top + Self.side
        func x(_ megapixels: Double) -> Double { left + Self.side * 0.96 * megapixels / max(most.x, 1e-9) }
        func y(_ number: Double) -> Double { bottom - Self.side * 0.96 * number / max(most.y, 1e-9) }
        var parts = [picture.label(left, Self.top - 16, chart.title, "heading")]
        for mark in picture.marks(upTo: most.y) {
            parts.append(picture.line(left, y(mark), left + Self.side, y(mark), "grid"))
            parts.append(picture.label(left - 7, y(mark) + 4, picture.number(mark), "tick end"))
        }
        for mark in picture.marks(upTo: most.x) {
            parts.append(picture.line(x(mark), bottom, x(mark), bottom + 5, "axis"))
            parts.append(picture.label(x(mark), bottom + 18, picture.number(mark), "tick middle"))
        }
        parts.append(picture.line(left, bottom, left + Self.side, bottom, "axis"))
        parts.append(picture.label(left + Self.side, bottom + 36, "megapixels", "tick end"))
        let places = chart.numbers.map { (x($0.point.megapixels), y($0.number)) }
        let path = places.map { "\(picture.number($0.0)),\(picture.number($0.1))" }.joined(separator: "L")
        parts.append("<path class=\"curve\" d=\"M\(path)\"/>")
        for ((point, number), place) in zip(chart.numbers, places) {
            parts.append(
                "<circle class=\"point\" cx=\"\(picture.number(place.0))\" cy=\"\(picture.number(place.1))\" r=\"4\">"
                    + "<title>\(point.label): \(picture.number(number))</title></circle>")
        }
        return parts
    }
}
