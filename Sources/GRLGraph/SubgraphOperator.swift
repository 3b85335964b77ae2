/// An operator whose attributes hold subgraphs. What these read from the graph around are inputs of the node.
package protocol SubgraphOperator: Operator {
    /// For each attribute that holds a subgraph, which inputs of a node with `inputCount` inputs its last inputs are.
    func capturedInputs(inputCount: Int) -> [String: Range<Int>]
}

extension UnsupportedOperator: SubgraphOperator {
    /// The captured inputs come last, subgraph by subgraph in the order of the attributes' names.
    package func capturedInputs(inputCount: Int) -> [String: Range<Int>] {
        var result: [String: Range<Int>] = [:]
        var end = inputCount
        for (name, value) in attributes.sorted(by: { $0.key > $1.key }) {
            guard case .graph(let subgraph) = value, subgraph.captures.count <= end else { continue }
            result[name] = end - subgraph.captures.count..<end
            end -= subgraph.captures.count
        }
        return result
    }
}
