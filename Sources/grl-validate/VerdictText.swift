import Foundation
import GRLTensor
import GRLTools
import GRLValidation

/// The verdict for people: a line for each finding, and one that sums up.
struct VerdictText {
    /// Details of one finding that are shown where not all are asked for.
    private static let detailLimit = 8

    let text: String

    /// - Parameters:
    ///   - isQuiet: whether only failed checks are shown.
    ///   - isVerbose: whether the details of all checks are shown.
    init(_ verdict: Verdict, isQuiet: Bool, isVerbose: Bool) {
        let shown = verdict.findings.filter { !isQuiet || $0.outcome == .failed }
        let width = shown.map(\.check.count).max() ?? 0
        var lines: [String] = []
        for finding in shown {
            let name = printable(finding.check).padding(toLength: width, withPad: " ", startingAt: 0)
            let place = finding.layer.map { "\(printable($0)): " } ?? ""
            lines.append("\(Self.label(finding.outcome))  \(name)  \(place)\(printable(finding.message))")
            guard isVerbose || finding.outcome == .failed else { continue }
            let details = finding.details.prefix(isVerbose ? .max : Self.detailLimit)
            lines += details.map { "        \(printable($0))" }
            let rest = finding.details.count - details.count
            if rest > 0 { lines.append("        … and \(rest) more; --verbose shows them") }
        }
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
