import GRLTensor

/// All that is known of single nodes, as text.
package enum NodeText {
    private static let attributeLimit = 400

    package static func text(of nodes: [NodeDetails]) -> String { nodes.map(text(of:)).joined(separator: "\n") }

    private static func text(of node: NodeDetails) -> String {
        let domain = node.domain.isEmpty ? "" : " of \(printable(node.domain))"
        var lines = ["\(printable(node.name.isEmpty ? "(no name)" : node.name)): \(printable(node.operator))\(domain)"]
        if !node.module.isEmpty { lines.append("module: \(printable(node.module))") }
        for (name, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
            lines.append("  \(printable(name)) = \(printable(String(value.prefix(attributeLimit))))")
        }
        for (index, input) in node.inputs.enumerated() {
            guard let input else {
                lines.append("input \(index): left out")
                continue
            }
            lines.append("input \(index): \(printable(input.name)): \(printable(input.type)), \(origin(of: input))")
            if let statistics = input.statistics { lines.append("  \(statistics)") }
        }
        for (index, output) in node.outputs.enumerated() {
            let readers = output.readers.map(printable) + (output.isReturned ? ["the network's output"] : [])
            lines.append("output \(index): \(printable(output.name)): \(printable(output.type))")
            lines.append("  read by \(readers.joined(separator: ", "))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func origin(of input: NodeDetails.Input) -> String {
        if let producer = input.producer { return "from \(printable(producer))" }
        return input.statistics == nil ? "input of the network" : "constant"
    }
}
