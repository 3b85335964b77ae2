import GRLTensor

/// The nodes of a stage as text, grouped by module.
package enum StageText {
    /// - Parameters:
    ///   - depth: modules nested deeper are one line each; all for nil.
    ///   - showsNodes: whether each node has a line of its own.
    package static func text(of listing: StageListing, depth: Int?, showsNodes: Bool) -> String {
        var head = "\(listing.stage.rawValue): \(Quantity.nodes(listing.rows.count))"
        if listing.rows.isEmpty, let counts = listing.operatorCounts { head += " match; it has \(counts)" }
        if let plan = listing.planSummary { head += "; \(plan)" }
        var text = ModuleWriter(listing: listing, depth: depth, showsNodes: showsNodes)
        text.write(0, level: 0)
        return ([head] + text.lines).joined(separator: "\n") + "\n"
    }

    /// One line: the node's operator, name, inputs and outputs.
    static func line(_ row: NodeRow) -> String {
        var line = "\(printable(row.operator))  \(printable(row.name.isEmpty ? "(no name)" : row.name))"
        line += "  (\(row.inputs.map(printable).joined(separator: ", ")))"
        line += " → \(row.outputs.map(printable).joined(separator: ", "))"
        if row.multiplyAdds > 0 { line += "  \(Quantity.multiplyAdds(row.multiplyAdds))" }
        if let place = row.place { line += "  [\(place)]" }
        return line
    }
}

/// Writes modules, those inside indented.
private struct ModuleWriter {
    let listing: StageListing
    let depth: Int?
    let showsNodes: Bool
    private(set) var lines: [String] = []

    init(listing: StageListing, depth: Int?, showsNodes: Bool) {
        (self.listing, self.depth, self.showsNodes) = (listing, depth, showsNodes)
    }

    mutating func write(_ index: Int, level: Int) {
        let module = listing.tree.modules[index]
        let rows = all(index)
        guard !rows.isEmpty else { return }
        let isClosed = depth.map { level >= $0 } ?? false
        let indent = String(repeating: "  ", count: level)
        let name = module.path.components.isEmpty ? "(network)" : printable(module.path.name)
        lines.append("\(indent)\(name)  \(summary(rows))")
        guard !isClosed else {
            if showsNodes { lines += rows.map { "\(indent)  \(StageText.line($0))" } }
            return
        }
        if showsNodes {
            lines += module.nodes.compactMap { listing.rowsByNode[$0] }.map { "\(indent)  \(StageText.line($0))" }
        }
        for child in module.children { write(child, level: level + 1) }
    }

    /// The nodes of a module and of those inside.
    private func all(_ index: Int) -> [NodeRow] {
        let module = listing.tree.modules[index]
        return module.nodes.compactMap { listing.rowsByNode[$0] } + module.children.flatMap { all($0) }
    }

    private func summary(_ rows: [NodeRow]) -> String {
        let counts = Dictionary(rows.map { ($0.operator, 1) }, uniquingKeysWith: +)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let operators = counts.prefix(5).map { "\(printable($0.key)) \($0.value)" }.joined(separator: ", ")
        let multiplyAdds = rows.reduce(0) { $0.saturatingSum($1.multiplyAdds) }
        let cost = multiplyAdds > 0 ? "; \(Quantity.multiplyAdds(multiplyAdds))" : ""
        return "\(Quantity.nodes(rows.count)): \(operators)\(counts.count > 5 ? ", …" : "")\(cost)"
    }
}
