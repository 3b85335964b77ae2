/// Tables of comma-separated values, as RFC 4180 has them but for line feeds at the ends of lines.
package enum CSVText {
    /// A row for each size, operator and stage.
    package static func text(of costs: [SizeCost]) -> String {
        var rows = [
            [
                "height", "width", "kind", "name", "nodes", "multiply_adds", "parameters", "weight_bytes",
                "result_bytes", "peak_bytes", "seconds",
            ]
        ]
        for cost in costs {
            func row(_ kind: String, _ part: SizeCost.Part, _ peak: Int?) -> [String] {
                [
                    "\(cost.height)", "\(cost.width)", kind, part.name, "\(part.nodes)", "\(part.multiplyAdds)",
                    "\(part.parameters)", "\(part.weightBytes)", "\(part.resultBytes)", peak.map(String.init) ?? "",
                    part.seconds.map { "\($0)" } ?? "",
                ]
            }
            rows.append(row("total", cost.total, cost.peakBytes))
            rows += cost.operators.map { row("operator", $0, nil) } + cost.stages.map { row("stage", $0, nil) }
        }
        return text(rows)
    }

    /// A row for each node.
    package static func text(of nodes: [NodeRow]) -> String {
        let head = [
            "module", "name", "operator", "inputs", "outputs", "multiply_adds", "weight_bytes", "result_bytes", "place",
        ]
        return text(
            [head]
                + nodes.map { node in
                    [
                        node.module, node.name, node.operator, node.inputs.joined(separator: "; "),
                        node.outputs.joined(separator: "; "), "\(node.multiplyAdds)", "\(node.weightBytes)",
                        "\(node.resultBytes)", node.place ?? "",
                    ]
                })
    }

    /// A row for each value of a memory plan; `offset` is empty outside the arena.
    package static func text(of plan: MemoryReport) -> String {
        var rows = [["buffer", "offset", "bytes", "first_step", "last_step", "use", "of", "name", "type", "operator"]]
        for (index, buffer) in plan.buffers.enumerated() {
            rows += buffer.values.map { value in
                [
                    "\(index)", buffer.offset.map(String.init) ?? "", "\(buffer.bytes)", "\(value.firstStep)",
                    "\(value.lastStep)", value.use, value.of ?? "", value.name, value.type, value.operator,
                ]
            }
        }
        return text(rows)
    }

    static func text(_ rows: [[String]]) -> String {
        rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }

    /// The cell, in quotes where it has to be. One that a spreadsheet would take for a formula gets an apostrophe.
    private static func quoted(_ cell: String) -> String {
        let isFormula = cell.count > 1 && cell.first.map { "=+-@".contains($0) } ?? false
        let safe = isFormula ? "'" + cell : cell
        guard safe.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
