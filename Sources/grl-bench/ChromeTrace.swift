import Foundation
import GRLRuntime
import GRLTensor

/// A timeline in the JSON format of Chrome's tracing, which Perfetto reads, too: complete events in microseconds; the
/// phases of the measurement in the first row, nodes in the second.
struct ChromeTrace: Sendable {
    private struct Event: Encodable {
        let name: String
        let cat: String
        let ph = "X"
        let ts: Double
        let dur: Double
        let pid = 1
        let tid: Int
        let args: [String: String]
    }

    private struct Document: Encodable {
        let traceEvents: [Event]
        let displayTimeUnit = "ms"
    }

    private let origin = ContinuousClock.now
    private var events: [Event] = []

    /// Adds a phase.
    mutating func add(_ phase: String, _ start: ContinuousClock.Instant, _ duration: Duration) {
        events.append(event(phase, "phase", start, duration, row: 1, [:]))
    }

    /// Adds a node that ran.
    mutating func add(_ step: RunProfile.Step) {
        let details = [
            "node": step.node.name,
            "inputs": step.inputs.map { $0?.description ?? "-" }.joined(separator: ", "),
            "outputs": step.outputs.map(\.description).joined(separator: ", "),
            "multiplyAdds": "\(step.multiplyAdds)",
        ]
        events.append(event(step.node.operation.spec.name, "node", step.start, step.duration, row: 2, details))
    }

    /// Writes the timeline as a whole or not at all.
    ///
    /// - Throws: a `FileError`.
    func write(to path: String, overwrite: Bool) throws {
        let data = try JSONEncoder().encode(Document(traceEvents: events))
        let writer = try AtomicFileWriter(path: path, overwrite: overwrite)
        try data.withUnsafeBytes { try writer.write($0) }
        try writer.commit()
    }

    private func event(
        _ name: String, _ category: String, _ start: ContinuousClock.Instant, _ duration: Duration, row: Int,
        _ details: [String: String]
    ) -> Event {
        Event(
            name: name, cat: category, ts: origin.duration(to: start) / .microseconds(1),
            dur: duration / .microseconds(1), tid: row, args: details)
    }
}
