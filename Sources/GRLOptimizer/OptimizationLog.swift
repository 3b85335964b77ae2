/// What the passes did to a graph, and what they declined to do and why.
package struct OptimizationLog: Sendable {
    /// One thing that a pass did or declined.
    package struct Entry: Sendable, Hashable, CustomStringConvertible {
        package enum Kind: String, Sendable {
            case applied
            case declined
        }

        package let pass: String
        package let kind: Kind
        /// The node it is about; nil when it is about the whole graph.
        package let node: String?
        package let message: String

        package var description: String {
            "\(pass): \(kind == .declined ? "declined, " : "")\(message)" + (node.map { " at '\($0)'" } ?? "")
        }
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// Takes over an entry of another log.
    package mutating func append(_ entry: Entry) { entries.append(entry) }

    /// Notes something that `pass` did.
    package mutating func applied(_ pass: some Pass, _ message: String, node: String? = nil) {
        entries.append(Entry(pass: pass.name, kind: .applied, node: node, message: message))
    }

    /// Notes why `pass` left something as it was.
    package mutating func declined(_ pass: some Pass, _ reason: String, node: String? = nil) {
        entries.append(Entry(pass: pass.name, kind: .declined, node: node, message: reason))
    }
}
