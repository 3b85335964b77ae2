extension GraphSketch {
    /// The sketch in the language of Graphviz, a cluster for each module.
    package var dot: String {
        var lines = [
            "digraph \(quoted(name.isEmpty ? "network" : name)) {", "    rankdir=TB;",
            "    node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"Helvetica\", fontsize=11];",
            "    graph [fontname=\"Helvetica\", fontsize=11, color=\"#8b96a5\", style=rounded];",
        ]
        add(module: 0, indent: "    ", contents, drawnModules, to: &lines)
        for edge in edges { lines.append("    n\(edge.from) -> n\(edge.to);") }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private func add(
        module: Int, indent: String, _ contents: [Int: [Int]], _ drawn: Set<Int>, to lines: inout [String]
    ) {
        for index in contents[module] ?? [] {
            let item = items[index]
            let detail = item.detail.isEmpty ? "" : "\n" + item.detail
            let fill = item.isModule ? ", fillcolor=\"#dbe6f5\"" : ""
            lines.append("\(indent)n\(index) [label=\(quoted(item.label + detail))\(fill)];")
        }
        for child in tree.modules[module].children where drawn.contains(child) {
            lines.append("\(indent)subgraph cluster\(child) {")
            lines.append("\(indent)    label=\(quoted(tree.modules[child].path.name));")
            add(module: child, indent: indent + "    ", contents, drawn, to: &lines)
            lines.append("\(indent)}")
        }
    }

    private func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\"\(escaped)\""
    }
}
