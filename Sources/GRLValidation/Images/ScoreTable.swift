import Foundation
import GRLTensor

/// The figures of pictures as rows: for people, spreadsheets and web pages.
package struct ScoreTable: Sendable {
    private struct Column {
        let title: String
        let places: Int
        let number: @Sendable (Row) -> Double?
    }

    private struct Row {
        let name: String
        /// Height and width; none for the mean.
        let size: (height: Int, width: Int)?
        let before: ImageScores?
        let after: ImageScores
        let seconds: Double
    }

    private let rows: [Row]
    private let columns: [Column]
    private static let nameLimit = 28

    /// A row for each picture, and the mean.
    package init(_ results: [ImageEvaluation.Result]) {
        var rows = results.map { result in
            Row(
                name: Self.name(result.item.inputs.first ?? ""), size: (result.height, result.width),
                before: result.before, after: result.after, seconds: result.seconds)
        }
        let befores = rows.compactMap(\.before)
        if let after = ImageScores(mean: rows.map(\.after)) {
            rows.append(
                Row(
                    name: "mean", size: nil, before: befores.count == rows.count ? ImageScores(mean: befores) : nil,
                    after: after, seconds: rows.reduce(0) { $0 + $1.seconds } / Double(rows.count)))
        }
        self.rows = rows
        let columns = [
            Column(title: "before", places: 2) { $0.before?.color.psnr },
            Column(title: "PSNR", places: 2) { $0.after.color.psnr },
            Column(title: "SSIM", places: 4) { $0.after.color.ssim },
            Column(title: "PSNR-B", places: 2) { $0.after.color.psnrB },
            Column(title: "PSNR-Y", places: 2) { $0.after.luma?.psnr },
            Column(title: "SSIM-Y", places: 4) { $0.after.luma?.ssim },
            Column(title: "PSNR-B-Y", places: 2) { $0.after.luma?.psnrB },
            Column(title: "s", places: 2) { $0.seconds },
        ]
        self.columns = columns.filter { column in rows.contains { column.number($0) != nil } }
    }

    /// Lines for a terminal, in columns.
    package var text: String {
        let cells = cells(missing: "-")
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            row.enumerated().map { index, cell in
                let padding = String(repeating: " ", count: widths[index] - cell.count)
                return index == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// A table in Markdown.
    package var markdown: String {
        let cells = cells(missing: "").map { row in
            row.map { $0.replacing("\\", with: "\\\\").replacing("|", with: "\\|") }
        }
        let rule = cells[0].indices.map { $0 == 0 ? "---" : "---:" }
        return (cells.prefix(1) + [rule] + cells.dropFirst()).map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }

    /// Comma-separated values as RFC 4180 has them, with six decimals; equal pictures have a PSNR of `inf`.
    package var csv: String {
        let titles = ["picture", "width", "height"] + columns.map { $0.title.lowercased().replacing("-", with: "_") }
        let lines = rows.map { row in
            [Self.quoted(row.name)] + (row.size.map { ["\($0.width)", "\($0.height)"] } ?? ["", ""])
                + columns.map { column in column.number(row).map { Self.decimals($0, 6) } ?? "" }
        }
        return ([titles] + lines).map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// The titles, then a row for each picture and one for the mean.
    private func cells(missing: String) -> [[String]] {
        [["picture", "H×W"] + columns.map(\.title)]
            + rows.map { row in
                [Self.shortened(row.name), row.size.map { "\($0.height)×\($0.width)" } ?? ""]
                    + columns.map { column in column.number(row).map { Self.decimals($0, column.places) } ?? missing }
            }
    }

    private static func quoted(_ text: String) -> String {
        text.contains { ",\"\r\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }

    private static func decimals(_ number: Double, _ places: Int) -> String {
        number.isInfinite ? "inf" : String(format: "%.\(places)f", number)
    }

    /// The part of a path behind its last slash.
    private static func name(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    /// `text` fit for a terminal, with its middle left out where it is long.
    private static func shortened(_ text: String) -> String {
        let shown = printable(text)
        guard shown.count > nameLimit else { return shown }
        return shown.prefix(nameLimit / 2) + "…" + shown.suffix(nameLimit - nameLimit / 2 - 1)
    }
}
