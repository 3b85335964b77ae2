extension Graph: CustomStringConvertible {
    /// One line a node: `outputs = Operator {attributes} (inputs)`, between the inputs and the outputs of the graph.
    package var description: String {
        var lines = ["graph '\(name)'"]
        for input in inputs { lines.append("  input %\(self[input].name): \(self[input].declaration)") }
        for value in values where value.constant != nil {
            lines.append("  constant %\(value.name): \(value.declaration)")
        }
        for node in nodes { lines.append("  " + text(of: node)) }
        lines.append("  return " + outputs.map { "%" + self[$0].name }.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    private func text(of node: Node) -> String {
        let results = names(node.outputs)
        let attributes = node.operation.attributes.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value.summary)" }.joined(separator: ", ")
        return "\(results) = \(node.operation.spec.name) {\(attributes)} (\(names(node.inputs)))"
    }

    private func names(_ values: [ValueID?]) -> String {
        values.map { $0.map { "%" + self[$0].name } ?? "-" }.joined(separator: ", ")
    }
}

extension AttributeValue {
    /// The value in a few words; tensors and graphs by their type and name.
    package var summary: String {
        switch self {
        case .int(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .tensor(let value): value.description
        case .graph(let value): "graph '\(value.graph.name)'"
        case .ints(let values): "\(values)"
        case .floats(let values): "\(values)"
        case .strings(let values): "\(values)"
        }
    }
}
