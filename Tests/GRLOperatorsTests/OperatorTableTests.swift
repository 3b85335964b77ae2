import Foundation
import GRLGraph
import GRLOperators
import Testing

/// `Docs/operators.md` lists exactly the operators that are registered; with GRL_REFRESH set it is written anew.
@Suite struct OperatorTableTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Docs/operators.md").standardizedFileURL

    @Test func theDocumentIsCurrent() throws {
        let text = Self.text()
        if ProcessInfo.processInfo.environment["GRL_REFRESH"] != nil {
            try text.write(to: Self.document, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.document, encoding: .utf8)
        #expect(written == text, "run the tests with GRL_REFRESH=1 to write Docs/operators.md anew")
    }

    @Test func oneImplementationServesEachOpset() {
        let entries = Dictionary(grouping: OperatorRegistry.operators) { "\($0.spec.domain):\($0.spec.name)" }
        for (name, types) in entries {
            let ranges = types.map { $0.spec.versions }.sorted { $0.lowerBound < $1.lowerBound }
            for (range, next) in zip(ranges, ranges.dropFirst()) {
                #expect(range.upperBound < next.lowerBound, "\(name) has two implementations")
            }
        }
    }

    private static func text() -> String {
        let entries = Dictionary(grouping: OperatorRegistry.operators) { type in
            (type.spec.domain.isEmpty ? "" : type.spec.domain + ".") + type.spec.name
        }
        let rows = entries.sorted { $0.key < $1.key }.map { name, types in
            let sorted = types.sorted { $0.spec.versions.lowerBound < $1.spec.versions.lowerBound }
            let versions = sorted.map { opsets($0.spec.versions) + ($0 is any ImportExpandedOperator.Type ? "*" : "") }
            let ways = sorted.compactMap { type in
                type is any ViewOperator.Type ? "view" : type is any AcceleratedOperator.Type ? "fast" : nil
            }
            return "| \(name) | \(versions.joined(separator: ", ")) | \(Set(ways).sorted().joined(separator: ", ")) |"
        }
        let standard = entries.keys.filter { !$0.contains(".") }
        return """
            # Operators

            These \(standard.count) operators of ONNX run, as of opset \(OperatorRegistry.newestOpset). A model with other operators can
            be loaded and looked at; running it names all that are missing.
            Names that begin with `\(OperatorSpec.restorationDomain).` are this project's own: what restoration networks
            are rewritten to.

            *opsets*: those whose semantics are implemented; `*` marks versions that are imported as nodes of newer
            operators. *way*: `fast` has kernels beside the plain evaluation, for the element types and shapes where they
            apply; `view` copies nothing.

            | operator | opsets | way |
            | --- | --- | --- |
            \(rows.joined(separator: "\n"))

            """
    }

    private static func opsets(_ versions: ClosedRange<Int>) -> String {
        switch (versions.lowerBound, versions.upperBound) {
        case (1, .max): "all"
        case (let first, .max): "\(first)+"
        case (let first, let last): first == last ? "\(first)" : "\(first)–\(last)"
        }
    }
}
