extension GraphSketch {
    /// The sketch as a flowchart of Mermaid, a subgraph for each module.
    package var mermaid: String {
        var lines = ["flowchart TB"]
        add(module: 0, indent: "    ", contents, drawnModules, to: &lines)
        for edge in edges { lines.append("    n\(edge.from) --> n\(edge.to)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func add(
        module: Int, indent: String, _ contents: [Int: [Int]], _ drawn: Set<Int>, to lines: inout [String]
    ) {
        for index in contents[module] ?? [] {
            let item = items[index]
            let detail = item.detail.isEmpty ? "" : "<br/>" + escaped(item.detail)
            let (open, close) = item.isModule ? ("[[", "]]") : ("[", "]")
            lines.append("\(indent)n\(index)\(open)\"\(escaped(item.label))\(detail)\"\(close)")
        }
        for child in tree.modules[module].children where drawn.contains(child) {
            lines.append("\(indent)subgraph m\(child)[\"\(escaped(tree.modules[child].path.name))\"]")
            add(module: child, indent: indent + "    ", contents, drawn, to: &lines)
            lines.append("\(indent)end")
        }
    }

    /// Mermaid writes characters that mean something to it as numbers.
    private func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            "\"#;<>&`\\".unicodeScalars.contains(scalar) ? "#\(scalar.value);" : String(scalar)
        }.joined()
    }
}
