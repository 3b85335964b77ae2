import GRLOptimizer
import GRLTensor

/// What the passes did, and what they declined and why, stage by stage.
package enum LogText {
    package static func text(of model: StagedModel) -> String {
        var lines: [String] = []
        for stage in model.stages.dropFirst() {
            let entries = stage.log.entries
            let declined = entries.count { $0.kind == .declined }
            lines.append(
                "\(InspectedStage(stage.stage).rawValue): \(entries.count - declined) done, \(declined) declined, "
                    + Quantity.seconds(stage.duration / .seconds(1)))
            lines += entries.map { "  \(printable($0.description))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// One thing that a pass did or declined, for reports.
package struct LogRow: Sendable, Encodable {
    package let stage: String
    package let pass: String
    /// `applied` or `declined`.
    package let kind: String
    package let node: String?
    package let message: String

    /// All of a model's stages.
    package static func rows(of model: StagedModel) -> [LogRow] {
        model.stages.flatMap { stage in
            stage.log.entries.map {
                LogRow(
                    stage: InspectedStage(stage.stage).rawValue, pass: $0.pass, kind: $0.kind.rawValue, node: $0.node,
                    message: $0.message)
            }
        }
    }
}
