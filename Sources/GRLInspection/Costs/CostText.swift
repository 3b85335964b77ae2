/// What a network costs at several sizes, as text.
package enum CostText {
    /// A line for each size; then operators and stages of each.
    package static func text(of costs: [SizeCost]) -> String {
        var rows = [["size", "GMAC", "parameters", "weights", "planned peak", "time"]]
        for cost in costs {
            rows.append([
                "\(cost.height)×\(cost.width)", Quantity.giga(cost.total.multiplyAdds),
                Quantity.count(cost.total.parameters), Quantity.bytes(cost.total.weightBytes),
                cost.peakBytes.map(Quantity.bytes) ?? "unknown", time(cost.total),
            ])
        }
        var lines = TextTable.lines(rows)
        for cost in costs {
            lines += ["", "\(cost.height)×\(cost.width) by operator and by stage"]
            lines += TextTable.lines(table("operator", cost.operators, cost.total))
            lines += [""] + TextTable.lines(table("stage", cost.stages, cost.total))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func table(_ name: String, _ parts: [SizeCost.Part], _ total: SizeCost.Part) -> [[String]] {
        let head = [name, "nodes", "GMAC", "parameters", "weights", "writes", "time"]
        return [head]
            + (parts + [total]).map { part in
                [
                    part.name, "\(part.nodes)", Quantity.giga(part.multiplyAdds), Quantity.count(part.parameters),
                    Quantity.bytes(part.weightBytes), Quantity.bytes(part.resultBytes), time(part),
                ]
            }
    }

    private static func time(_ part: SizeCost.Part) -> String {
        part.seconds.map { "≈ \(Quantity.seconds($0))" } ?? "unknown"
    }
}
