import Foundation

/// What a tool says of an error in the report of `--json`.
package struct ErrorReport: Encodable, Sendable {
    package let code: String
    package let message: String
    package let path: String?

    package init(_ error: ToolError) {
        code = error.code
        message = error.message
        path = error.path
    }
}

/// Reports of `--json`: one document, members in alphabetical order, those without a value left out.
package enum ToolReport {
    /// Prints a report to standard output; false, and told, when it takes no more.
    package static func print(_ report: some Encodable) -> Bool {
        guard let text = try? text(of: report) else { return false }
        if StandardOutput.takes(text) { return true }
        StandardOutput.refusal.tell()
        return false
    }

    /// The document, with a final line feed.
    ///
    /// - Throws: an `EncodingError` for numbers that JSON does not have.
    package static func text(of report: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    }
}
