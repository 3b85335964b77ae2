import GRLGraph
import GRLTensor

extension MemoryPlan: CustomStringConvertible {
    /// The sums, and a line for each value: buffer, offset and bytes (once for each buffer), the first and the last
    /// step at which the value is needed, how it came into the buffer, its name and its type.
    package var description: String {
        let header = ["buffer", "offset", "bytes", "steps", "use", "value"]
        var rows: [[String]] = []
        for (index, buffer) in buffers.enumerated() {
            for (number, tenant) in buffer.tenants.enumerated() {
                let isFirst = number == 0
                rows.append([
                    isFirst ? "\(index)" : "", isFirst ? buffer.offset.map { "\($0)" } ?? "outside" : "",
                    isFirst ? "\(buffer.byteCount)" : "", "\(tenant.steps.lowerBound)–\(lastStep(of: tenant))",
                    tenant.use.word, "\(printable(tenant.name)): \(tenant.type)",
                ])
            }
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([header] + rows).map { row in
            zip(row, widths).enumerated().map { column, cell in
                let fill = String(repeating: " ", count: cell.1 - cell.0.count)
                return column < 3 ? fill + cell.0 : column == 5 ? cell.0 : cell.0 + fill
            }.joined(separator: "  ")
        }
        return ([summary] + lines).joined(separator: "\n") + "\n"
    }

    /// One line with the sums.
    package var summary: String {
        let open = unplanned.isEmpty ? "" : ", and \(unplanned.count) values whose size depends on data"
        return
            "\(ByteText.text(totalBytes)): arena \(ByteText.text(arenaBytes)) (\(ByteText.text(liveBytes)) in use at the worst "
            + "step), results \(ByteText.text(resultBytes)), working space \(ByteText.text(scratchBytes))\(open)"
    }

    private func lastStep(of tenant: Tenant) -> String {
        tenant.steps.upperBound == stepCount ? "end" : "\(tenant.steps.upperBound)"
    }
}

extension MemoryPlan.Use {
    fileprivate var word: String {
        switch self {
        case .fresh: ""
        case .view: "view"
        case .overwrites: "in place"
        }
    }
}
