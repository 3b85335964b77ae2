package import GRLGraph
package import GRLRuntime
import GRLTensor

/// Draws a memory plan: time goes across, one step a node, addresses go up; each buffer is a rectangle with its values.
/// Buffers outside the arena stand above it.
package struct ArenaPicture: Sendable {
    /// Where the picture is shown.
    package enum Style: Sendable {
        /// In a file of its own.
        case file
        /// In a page, whose style it takes.
        case page
    }

    private static let plotWidth = 1100.0
    private static let plotHeight = 520.0
    private static let left = 78.0
    private static let top = 56.0
    private static let gap = 26.0

    private let picture = SVGText()
    private let plan: MemoryPlan
    private let graph: Graph
    private let nodeNames: [String]
    private let resultHeight: Double

    /// - Parameter graph: the graph that was planned.
    package init(_ plan: MemoryPlan, graph: Graph) {
        self.plan = plan
        self.graph = graph
        nodeNames = graph.nodes.map(\.operation.spec.name)
        let results = Double(plan.resultBytes) / Double(max(plan.arenaBytes, 1))
        resultHeight = plan.resultBytes == 0 ? 0 : min(max(results * Self.plotHeight, 24), 160)
    }

    /// The picture in SVG.
    package func svg(style: Style) -> String {
        let width = Self.left + Self.plotWidth + 20
        let height = arenaBottom + 66
        var parts = [
            picture.opening(width: width, height: height, label: "Memory plan")
        ]
        if style == .file {
            parts.append("<style>\(String(decoding: PackageResources.arena_css, as: UTF8.self))</style>")
        }
        parts.append(
            "<defs><pattern id=\"arena-view\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                + "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0,0V6\"/></pattern></defs>")
        if style == .file { parts.append("<rect class=\"ground\" width=\"100%\" height=\"100%\"/>") }
        parts.append(picture.label(Self.left, 20, plan.summary, "heading"))
        parts += legend + axes
        var stacked = 0.0
        for buffer in plan.buffers {
            if let offset = buffer.offset {
                let bottom = arenaBottom - y(offset)
                parts.append(drawing(of: buffer, top: bottom - y(buffer.byteCount), height: y(buffer.byteCount)))
            } else {
                let height = resultHeight * Double(buffer.byteCount) / Double(max(plan.resultBytes, 1))
                parts.append(drawing(of: buffer, top: Self.top + stacked, height: height))
                stacked += height
            }
        }
        parts.append("</svg>")
        return parts.joined(separator: "\n") + "\n"
    }

    // Places.

    private var arenaTop: Double { Self.top + (resultHeight > 0 ? resultHeight + Self.gap : 0) }
    private var arenaBottom: Double { arenaTop + Self.plotHeight }

    private func x(_ step: Int) -> Double {
        Self.left + Self.plotWidth * Double(step) / Double(max(plan.stepCount, 1))
    }

    /// Bytes of the arena as a height.
    private func y(_ bytes: Int) -> Double { Self.plotHeight * Double(bytes) / Double(max(plan.arenaBytes, 1)) }

    // Parts.

    private func drawing(of buffer: MemoryPlan.Buffer, top: Double, height: Double) -> String {
        var parts: [String] = []
        for tenant in buffer.tenants {
            let end = min(tenant.steps.upperBound + 1, plan.stepCount)
            let (start, width) = (x(tenant.steps.lowerBound), max(x(end) - x(tenant.steps.lowerBound), 0.5))
            let producer = graph.contains(tenant.value) ? graph.producer(of: tenant.value) : nil
            let name = producer?.operation.spec.name ?? ""
            let (kind, word) = Self.kind(of: tenant.use)
            let title =
                "\(printable(tenant.name)): \(tenant.type)\n\(name)\(word)\n\(buffer.byteCount) bytes"
                + (buffer.offset.map { " at \($0)" } ?? " outside the arena")
                + ", steps \(tenant.steps.lowerBound) to \(min(tenant.steps.upperBound, plan.stepCount - 1))"
            parts.append(
                "<g class=\"tenant \(kind)\" data-value=\"\(tenant.name.escapedForMarkup)\"><title>"
                    + "\(title.escapedForMarkup)</title>\(picture.rectangle(start, top, width, height))"
                    + (kind == "view" ? "" : caption(name, start, top, width, height)) + "</g>")
        }
        return parts.joined()
    }

    private func caption(_ name: String, _ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
        guard height >= 13, width >= 6.2 * Double(name.count) + 6 else { return "" }
        return picture.label(x + 4, y + min(height / 2 + 4, 15), name, "caption")
    }

    private static func kind(of use: MemoryPlan.Use) -> (String, String) {
        switch use {
        case .fresh: ("fresh", "")
        case .view: ("view", ", a view")
        case .overwrites: ("overwrites", ", written over its input")
        }
    }

    private var axes: [String] {
        var parts: [String] = []
        let step = picture.niceStep(Double(plan.arenaBytes) / 1e6)
        var mark = 0.0
        while mark * 1e6 <= Double(plan.arenaBytes), parts.count < 40 {
            let height = arenaBottom - Self.plotHeight * mark * 1e6 / Double(max(plan.arenaBytes, 1))
            parts.append(picture.line(Self.left, height, Self.left + Self.plotWidth, height, "grid"))
            parts.append(picture.label(Self.left - 8, height + 4, "\(picture.number(mark)) MB", "tick end"))
            mark += step
        }
        let steps = max(Int(picture.niceStep(Double(plan.stepCount))), 1)
        for number in stride(from: 0, through: plan.stepCount, by: steps) {
            parts.append(picture.line(x(number), arenaBottom, x(number), arenaBottom + 5, "axis"))
            parts.append(picture.label(x(number), arenaBottom + 18, "\(number)", "tick middle"))
        }
        parts.append(picture.line(Self.left, arenaBottom, Self.left + Self.plotWidth, arenaBottom, "axis"))
        parts.append(picture.label(Self.left + Self.plotWidth, arenaBottom + 36, "step", "tick end"))
        if resultHeight > 0 { parts.append(picture.label(Self.left - 8, Self.top + 14, "results", "tick end")) }
        let live = arenaBottom - y(plan.liveBytes)
        parts.append(picture.line(Self.left, live, Self.left + Self.plotWidth, live, "live"))
        return parts
    }

    private var legend: [String] {
        var place = Self.left
        return [("fresh", "a value"), ("overwrites", "written over its input"), ("view", "a view of another value")]
            .map { kind, words in
                defer { place += 34 + 7 * Double(words.count) }
                return "<g class=\"tenant \(kind)\">\(picture.rectangle(place, 31, 14, 12))</g>"
                    + picture.label(place + 20, 41, words, "tick")
            } + [
                picture.line(place, 37, place + 14, 37, "live"),
                picture.label(place + 20, 41, "in use at the worst step", "tick"),
            ]
    }
}
