import GRLInspection
import GRLTools

/// What `grl-inspect show --json` prints: one document, described in Docs/inspect.md.
struct InspectReport: Encodable, Sendable {
    /// The format of this report; the number changes when members change their meaning or go.
    let format = "grl-inspect/2"
    let version = toolVersion
    var model: ModelSummary?
    /// The nodes of the stage that was asked for.
    var nodes: [NodeRow]?
    /// The nodes with the name of `--node`.
    var node: [NodeDetails]?
    /// What the passes did and declined, with `--log`.
    var log: [LogRow]?
    /// The costs at the sizes that were asked for.
    var sizes: [SizeCost]?
    /// Where values live at the size of `--memory`.
    var memory: MemoryReport?
    var error: ErrorReport?
    var exitCode: Int32 = 0
}
