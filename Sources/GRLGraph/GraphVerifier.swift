/// A way in which a graph contradicts itself; always a mistake of the code that made or changed it.
package struct GraphDefect: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
}

extension Graph {
    /// Checks the invariants of a graph: nodes read only values that are there and stand before them, each value is
    /// written once, users are listed exactly, arities are those of the operators, outputs exist, names are unique;
    /// subgraphs are not entered.
    ///
    /// - Throws: the first ``GraphDefect``.
    package func verify() throws(GraphDefect) {
        var available = Set<ValueID>()
        var readers: [ValueID: [NodeID]] = [:]
        for value in values {
            switch value.origin {
            case .input:
                guard inputs.contains(value.id) else { throw defect("value '\(value.name)' is an input nobody lists") }
                available.insert(value.id)
            case .constant:
                available.insert(value.id)
            case .node(let node, let output):
                guard contains(node), self[node].outputs.indices.contains(output),
                    self[node].outputs[output] == value.id
                else { throw defect("value '\(value.name)' is not an output of its node") }
            }
            guard self.value(named: value.name) == value.id else { throw defect("the name '\(value.name)' is taken") }
        }
        for node in nodes {
            let spec = node.operation.spec
            guard spec.inputs.contains(node.inputs.count), spec.outputs.contains(node.outputs.count) else {
                throw defect(
                    "node '\(node.name)' (\(spec.name)) has \(node.inputs.count) inputs, \(node.outputs.count) outputs")
            }
            for case let input? in node.inputs {
                guard contains(input) else { throw defect("node '\(node.name)' (\(spec.name)) reads an erased value") }
                guard available.contains(input) else {
                    throw defect("node '\(node.name)' (\(spec.name)) reads '\(self[input].name)' before it is computed")
                }
                readers[input, default: []].append(node.id)
            }
            for case let output? in node.outputs {
                guard contains(output), available.insert(output).inserted else {
                    throw defect("node '\(node.name)' (\(spec.name)) writes a value that is there already")
                }
            }
        }
        for value in values where value.users.sorted() != (readers[value.id] ?? []).sorted() {
            throw defect("the readers of '\(value.name)' are not those that are listed")
        }
        for output in outputs where !available.contains(output) { throw defect("an output is never computed") }
    }

    private func defect(_ description: String) -> GraphDefect { GraphDefect(description: description) }
}
