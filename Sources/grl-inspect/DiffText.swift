import Foundation
import GRLInspection
import GRLTensor
import GRLTools

/// What `grl-inspect diff` prints for people.
struct DiffText {
    /// Columns of lines that go to a file or a pipe.
    static let plainColumns = 160
    /// The most columns of operators' names.
    private static let nameColumns = 30
    private static let fieldColumns = 22

    let difference: ModelDifference
    let models: [ComparedModel]
    let paths: [String]
    /// Whether to list operators that agree, too.
    let showsAll: Bool
    let isColored: Bool
    let columns: Int
    /// Whether cells are cut where they are longer than their columns.
    let isCut: Bool

    var text: String {
        var lines = heads
        if !difference.fields.isEmpty { lines += [""] + fields }
        if difference.verdict != .same || showsAll { lines += [""] + table }
        lines += ["", Terminal.styled(verdict, .bold, if: isColored)]
        return lines.joined(separator: "\n") + "\n"
    }

    /// What each file is, a line each, and why they are not compared free of their sizes.
    private var heads: [String] {
        var lines: [String] = []
        for (index, sign) in ["a", "b"].enumerated() {
            let count = difference.rows.count { index == 0 ? $0.a != nil : $0.b != nil }
            lines.append(
                "\(sign)  \(printable(paths[index])): \(counted(count, "operator")), "
                    + "\(Quantity.count(models[index].parameters)) parameters; "
                    + models[index].interface.map(printable).joined(separator: ", "))
            if let refusal = models[index].refusal { lines.append("   not free of its size: \(printable(refusal))") }
        }
        if !difference.isLifted { lines.append("compared as they are spelled, not free of their sizes") }
        return lines
    }

    /// What the descriptions of the networks tell in different ways, side by side.
    private var fields: [String] {
        let width = max((columns - Self.fieldColumns - 4) / 2, 12)
        let second = difference.fields.map(\.a.count).max() ?? 0
        return difference.fields.map { field in
            Self.trimmed(
                "! \(cell(field.name, Self.fieldColumns))  "
                    + Terminal.styled(cell(field.a, min(second, width)), .red, if: isColored) + "  "
                    + Terminal.styled(cell(field.b, width), .green, if: isColored))
        }
    }

    private var table: [String] {
        let shown = difference.rows.filter { showsAll || !$0.agrees }
        let longest = shown.map { printable($0.a?.name ?? $0.b?.name ?? "").count }.max() ?? 0
        let names = isCut ? min(longest, Self.nameColumns) : longest
        var lines: [String] = []
        var alike = 0
        func closeAlike() {
            if alike > 0 { lines.append("  … \(alike) \(alike == 1 ? "operator" : "operators") alike") }
            alike = 0
        }
        for row in difference.rows {
            if row.agrees, !showsAll {
                alike += 1
                continue
            }
            closeAlike()
            lines.append(line(row, names: names))
        }
        closeAlike()
        return lines
    }

    /// - Parameter names: the columns of operators' names.
    private func line(_ row: ModelDifference.Row, names: Int) -> String {
        let name = cell(row.a?.name ?? row.b?.name ?? "", names, keepsEnd: true)
        let width = max((columns - names - 6) / 2, 12)
        let left = cell(row.a?.description(beside: row.b) ?? "", width)
        if row.isAlike {
            let marker = row.agrees ? " " : "~"
            return Self.trimmed("\(marker) \(name)  \(left)  \(row.weights.isEmpty ? "=" : Self.text(row.weights))")
        }
        let right = cell(row.b?.description(beside: row.a) ?? "", width)
        let line =
            switch (row.a, row.b) {
            case (nil, _): Terminal.styled("+ \(name)  \(left)  \(right)", .green, if: isColored)
            case (_, nil): Terminal.styled("- \(name)  \(left)  \(right)", .red, if: isColored)
            default:
                "! \(name)  " + Terminal.styled(left, .red, if: isColored) + "  "
                    + Terminal.styled(right, .green, if: isColored)
            }
        return Self.trimmed(line)
    }

    private var verdict: String {
        let weights = difference.rows.flatMap(\.weights)
        let others = weights.filter { !$0.agrees }
        let sizes = "max |Δ| \(Self.number(difference.maximum)), relative \(Self.number(difference.relative))"
        switch difference.verdict {
        case .same:
            return difference.maximum == 0
                ? "same network, same weights"
                : "same network, same weights but for rounding: \(sizes)"
        case .otherWeights:
            let isHalf = others.allSatisfy { $0.relative <= WeightDifference.halfPrecision }
            return "same network, other weights: \(others.count) of \(weights.count) differ, \(sizes)"
                + (isHalf ? "; as rounding to float16 makes them" : "")
        case .different:
            let count = difference.rows.count { !$0.isAlike }
            return count > 0
                ? "different networks: \(count) of \(difference.rows.count) operators differ"
                : "different networks: the same operators read from each other in other ways"
        }
    }

    private static func text(_ weights: [WeightDifference]) -> String {
        let (maximum, relative) = weights.reduce((0.0, 0.0)) { (max($0.0, $1.maximum), max($0.1, $1.relative)) }
        return "max |Δ| \(number(maximum)), relative \(number(relative))"
    }

    private static func number(_ value: Double) -> String { value == 0 ? "0" : String(format: "%.1e", value) }

    /// Printable text, filled up to a number of columns, or shortened.
    private func cell(_ text: String, _ width: Int, keepsEnd: Bool = false) -> String {
        let text = printable(text)
        guard text.count > width else { return text + String(repeating: " ", count: width - text.count) }
        guard isCut else { return text }
        return keepsEnd ? "…" + text.suffix(width - 1) : text.prefix(width - 1) + "…"
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
