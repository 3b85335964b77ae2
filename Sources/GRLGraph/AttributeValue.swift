package import GRLTensor

/// The value of a node's attribute in a model file.
package enum AttributeValue: Sendable {
    case int(Int)
    case float(Float)
    case string(String)
    case tensor(Tensor)
    case graph(Subgraph)
    case ints([Int])
    case floats([Float])
    case strings([String])

    /// The kind of value, in words.
    package var kind: String {
        switch self {
        case .int: "int"
        case .float: "float"
        case .string: "string"
        case .tensor: "tensor"
        case .graph: "graph"
        case .ints: "ints"
        case .floats: "floats"
        case .strings: "strings"
        }
    }
}

/// A graph inside a node. What it reads from the graph around it are its inputs, in the order of `captures`.
package struct Subgraph: Sendable {
    package let graph: Graph
    /// The values of the outer graph that stand for the inputs of `graph`.
    package let captures: [ValueID]

    package init(graph: Graph, captures: [ValueID]) {
        self.graph = graph
        self.captures = captures
    }
}
