import Foundation
package import GRLGraph
package import GRLRuntime
import GRLTensor

/// A page that shows a model, in one file that needs nothing else.
package struct ModelPage: Sendable {
    /// The two libraries that draw the page; it carries copies of them.
    package struct Libraries: Sendable {
        /// d3, version 3.
        package let d3: String
        /// dagre with all that it needs.
        package let dagre: String

        package init(d3: String, dagre: String) {
            self.d3 = d3
            self.dagre = dagre
        }
    }

    private let model: StagedModel
    private let inputs: [TensorType]
    private let plan: MemoryPlan?
    private let profile: TraceProfile?

    /// - Parameters:
    ///   - inputs: the types of the model's inputs that costs and memory are told for.
    ///   - plan: where values live while the last stage runs.
    ///   - profile: how long the nodes of the last stage took.
    package init(_ model: StagedModel, inputs: [TensorType], plan: MemoryPlan?, profile: TraceProfile?) {
        self.model = model
        self.inputs = inputs
        self.plan = plan
        self.profile = profile
    }

    /// The page.
    ///
    /// - Parameter facts: names and values that tell what the model is.
    /// - Throws: what encoding throws.
    package func html(facts: [(String, String)], libraries: Libraries) throws -> String {
        let title = URL(filePath: model.file.path).lastPathComponent
        var builder = PageBuilder(model: model, inputs: inputs, profile: profile)
        let data = builder.build(title: title, facts: facts)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = Self.harmless(try encoder.encode(data))
        let picture = plan.map {
            ArenaPicture($0, graph: model.graph(at: .fused)).svg(style: .page)
        }
        return filled([
            "title": printable(title).escapedForMarkup,
            "style": text(PackageResources.arena_css) + text(PackageResources.page_css),
            "memory": picture ?? "", "data": json, "d3": libraries.d3, "dagre": libraries.dagre,
            "scripts": [
                PackageResources.format_js, PackageResources.stage_js, PackageResources.layout_js,
                PackageResources.diagram_js, PackageResources.outline_js, PackageResources.details_js,
                PackageResources.page_js,
            ].map(text).joined(separator: "\n"),
        ])
    }

    /// The page's frame with `{{name}}` replaced; what is put in is not looked through.
    private func filled(_ parts: [String: String]) -> String {
        var result = ""
        for (index, piece) in text(PackageResources.page_html).split(separator: "{{", omittingEmptySubsequences: false)
            .enumerated()
        {
            guard index > 0, let end = piece.range(of: "}}") else {
                result += piece
                continue
            }
            result += parts[String(piece[..<end.lowerBound])] ?? ""
            result += piece[end.upperBound...]
        }
        return result
    }

    /// JSON without "<", which could end the element that it stands in.
    private static func harmless(_ json: Data) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count)
        for byte in json {
            if byte == UInt8(ascii: "<") { bytes += Array("\\u003c".utf8) } else { bytes.append(byte) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func text(_ resource: [UInt8]) -> String { String(decoding: resource, as: UTF8.self) }
}

extension String {
    /// The text as it stands between tags and in attributes of HTML and SVG.
    var escapedForMarkup: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
