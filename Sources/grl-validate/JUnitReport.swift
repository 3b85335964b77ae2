import GRLTensor
import GRLTools
import GRLValidation

/// The findings as a JUnit test suite, which CI systems show: a test case for each finding, a warning as one that
/// passed and printed something.
struct JUnitReport {
    let text: String

    /// - Parameter error: what kept a check from its end, or the model from being read.
    init(_ verdict: Verdict, model: String, error: ErrorReport?) {
        var cases = verdict.findings.map { finding in
            let name = [finding.check, finding.layer].compactMap { $0 }.joined(separator: " ")
            let content = Self.content(of: finding)
            return "    <testcase classname=\(Self.quoted(model)) name=\(Self.quoted(name))"
                + (content.isEmpty ? "/>" : ">\n      \(content)\n    </testcase>")
        }
        if let error {
            cases.append(
                "    <testcase classname=\(Self.quoted(model)) name=\"\(error.code)\">\n"
                    + "      <error message=\(Self.quoted(error.message))/>\n    </testcase>")
        }
        let counts =
            "tests=\"\(cases.count)\" failures=\"\(verdict.count(.failed))\" errors=\"\(error == nil ? 0 : 1)\""
            + " skipped=\"\(verdict.count(.skipped))\""
        text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites \(counts)>
              <testsuite name="grl-validate" \(counts)>
            \(cases.joined(separator: "\n"))
              </testsuite>
            </testsuites>

            """
    }

    /// Writes the report, whole or not at all.
    ///
    /// - Throws: a ``FileError``.
    func write(to path: String, overwrite: Bool) throws {
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        try Array(text.utf8).withUnsafeBytes { try writer.write($0) }
        try writer.commit()
    }

    private static func content(of finding: Finding) -> String {
        let lines = escaped(([finding.message] + finding.details).joined(separator: "\n"))
        return switch finding.outcome {
        case .passed: ""
        case .warned: "<system-out>\(lines)</system-out>"
        case .failed: "<failure message=\(quoted(finding.message))>\(lines)</failure>"
        case .skipped: "<skipped message=\(quoted(finding.message))/>"
        }
    }

    private static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// The text with XML's own characters as entities, and without those that XML does not have.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t", "\n", "\r", "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                result.unicodeScalars.append(scalar)
            default: result += "\u{FFFD}"
            }
        }
        return result
    }
}
