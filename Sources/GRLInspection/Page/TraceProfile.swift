import Foundation
package import GRLGraph
import GRLRuntime
import GRLTensor

/// How long the nodes of a graph took, as a timeline that `grl-bench --trace` wrote tells it.
package struct TraceProfile: Sendable {
    /// The most bytes of a timeline.
    private static let sizeLimit = 256 << 20

    /// For each node in the order of the graph.
    package let milliseconds: [Double]
    /// The operators, those that took longest first.
    let operators: [PageData.MeasuredOperator]

    private struct Document: Decodable {
        let traceEvents: [Event]
    }

    private struct Event: Decodable {
        let name: String
        let cat: String?
        let dur: Double?
        let args: [String: String]?
    }

    /// Reads the last run of `graph` from a timeline.
    ///
    /// - Throws: a `FileError`; a ``RunError`` with the code `TRACE` when the file is no timeline of this graph.
    package init(contentsOfFile path: String, graph: Graph) throws {
        let file = try InputFile(path: path, limit: Self.sizeLimit)
        var bytes = [UInt8](repeating: 0, count: file.size)
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        try self.init(json: Data(bytes), graph: graph)
    }

    /// - Throws: a ``RunError`` with the code `TRACE`.
    init(json: Data, graph: Graph) throws {
        guard let document = try? JSONDecoder().decode(Document.self, from: json) else {
            throw RunError(code: "TRACE", message: "this is no timeline; make one with grl-bench --trace")
        }
        let nodes = Array(graph.nodes)
        let steps = document.traceEvents.filter { $0.cat == "node" }.suffix(nodes.count)
        let isSame = zip(nodes, steps).allSatisfy { node, step in
            step.name == node.operation.spec.name && step.args?["node"] == node.name
        }
        guard steps.count == nodes.count, isSame else {
            throw RunError(
                code: "TRACE",
                message: "the timeline is of another network than this one; make it again with grl-bench --trace")
        }
        milliseconds = steps.map { max($0.dur ?? 0, 0) / 1000 }
        var totals: [String: (calls: Int, time: Double)] = [:]
        for (step, time) in zip(steps, milliseconds) {
            let before = totals[step.name] ?? (0, 0)
            totals[step.name] = (before.calls + 1, before.time + time)
        }
        operators = totals.sorted { ($1.value.time, $0.key) < ($0.value.time, $1.key) }.map { name, total in
            PageData.MeasuredOperator(name: name, calls: total.calls, milliseconds: total.time)
        }
    }
}
