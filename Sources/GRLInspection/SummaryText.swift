import GRLTensor

/// What a model is, on one screen.
package enum SummaryText {
    package static func text(of model: StagedModel) -> String {
        let graph = model.graph(at: .imported)
        var lines = ["\(printable(model.file.path)): \(model.file.byteCount) bytes, IR version \(model.file.irVersion)"]
        for input in graph.inputs {
            lines.append("input   \(printable(graph[input].name)): \(graph[input].declaration)")
        }
        for output in graph.outputs {
            lines.append("output  \(printable(graph[output].name)): \(graph[output].declaration)")
        }
        for stage in model.stages { lines.append("\(stage.stage): \(stage.graph.schedule.count) nodes") }
        return lines.joined(separator: "\n") + "\n"
    }
}
