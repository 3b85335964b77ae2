import GRLGraph
import GRLTensor

/// What a page tells of a model beside its graph.
package enum PageFacts {
    /// Names and values, for people.
    package static func list(of model: StagedModel) -> [(String, String)] {
        let graph = model.graph(at: .imported)
        let file = model.file
        func values(_ list: [ValueID]) -> String {
            list.map { "\(printable(graph[$0].name)): \(graph[$0].declaration)" }.joined(separator: ", ")
        }
        let opsets = file.opsets.sorted { $0.key < $1.key }
            .map { "\($0.key.isEmpty ? "ONNX" : printable($0.key)) \($0.value)" }
        let external = file.externalByteCount == 0 ? "" : " and \(file.externalByteCount) in other files"
        return [
            ("file", "\(file.byteCount) bytes\(external)"),
            ("from", printable("\(file.producerName) \(file.producerVersion)")),
            ("opsets", opsets.joined(separator: ", ") + ", IR \(file.irVersion)"),
            ("inputs", values(graph.inputs)), ("outputs", values(graph.outputs)),
        ]
    }
}
