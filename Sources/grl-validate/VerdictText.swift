import Foundation
import GRLInspection
import GRLTensor
import GRLTools
import GRLValidation

/// The verdict for people: a line for each finding, and one that sums up.
struct VerdictText {
    /// Details of one finding that are shown where not all are asked for.
    private static let detailLimit = 8
    /// Failures of one kind that are shown where not all are asked for.
    private static let failureLimit = 6
    /// Where further lines begin at the latest, and where details do.
    private static let (deepestIndent, detailIndent) = (32, 8)
    /// The label and the spaces around the check's name.
    private static let labelWidth = 8
    /// How short lines become at the most.
    private static let leastColumns = 24

    /// For people; empty where no check has ended.
    let text: String

    /// - Parameters:
    ///   - columns: the most characters on a line, as far as words allow it; nil for lines of any length.
    ///   - isQuiet: whether only failed checks are shown.
    ///   - isVerbose: whether the details of all checks are shown.
    init(_ verdict: Verdict, columns: Int?, isQuiet: Bool, isVerbose: Bool) {
        guard !verdict.findings.isEmpty else {
            text = ""
            return
        }
        let shown = verdict.findings.filter { !isQuiet || $0.outcome == .failed }
        let width = shown.map(\.check.count).max() ?? 0
        var lines: [String] = []
        func wrapped(_ text: String, indent: Int) -> [String] {
            columns.map { text.wrapped(to: max($0 - indent, Self.leastColumns)) } ?? [text]
        }
        var (failing, failures) = ("", 0)
        func closeFailures() {
            let rest = failures - Self.failureLimit
            if rest > 0 { lines.append("        … and \(rest) more of \(printable(failing)); --verbose shows them") }
            (failing, failures) = ("", 0)
        }
        for finding in shown {
            if finding.check != failing { closeFailures() }
            if finding.outcome == .failed, !isVerbose {
                (failing, failures) = (finding.check, failures + 1)
                guard failures <= Self.failureLimit else { continue }
            }
            let name = printable(finding.check).padding(toLength: width, withPad: " ", startingAt: 0)
            let place = finding.layer.map { "\(printable($0)): " } ?? ""
            let indent = min(width + Self.labelWidth, Self.deepestIndent)
            let parts = wrapped("\(place)\(printable(finding.message))", indent: width + Self.labelWidth)
            lines.append("\(Self.label(finding.outcome))  \(name)  \(parts[0])")
            lines += parts.dropFirst().map { String(repeating: " ", count: indent) + $0 }
            guard isVerbose || finding.outcome == .failed else { continue }
            let details = finding.details.prefix(isVerbose ? .max : Self.detailLimit)
            lines += details.flatMap { wrapped(printable($0), indent: Self.detailIndent) }
                .map { String(repeating: " ", count: Self.detailIndent) + $0 }
            let rest = finding.details.count - details.count
            if rest > 0 { lines.append("        … and \(rest) more; --verbose shows them") }
        }
        closeFailures()
        if !isQuiet {
            let counts = Finding.Outcome.allCases.map { "\(verdict.count($0)) \($0.rawValue)" }.joined(separator: ", ")
            lines.append("\(verdict.passes ? "PASS" : "FAIL"): \(counts)")
        }
        text = lines.map { $0 + "\n" }.joined()
    }

    private static func label(_ outcome: Finding.Outcome) -> String {
        let (word, color) =
            switch outcome {
            case .passed: ("ok  ", "32")
            case .warned: ("note", "33")
            case .failed: ("FAIL", "1;31")
            case .skipped: ("skip", "2")
            }
        return Terminal.isColored(STDOUT_FILENO) ? "\u{1B}[\(color)m\(word)\u{1B}[0m" : word
    }
}
