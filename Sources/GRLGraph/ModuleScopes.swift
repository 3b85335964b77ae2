/// The module of the exported network that each node belongs to, for example `layers.0.blocks.2.attn.qkv`; the empty
/// name for the network itself.
///
/// PyTorch's newer exporter notes the module of each node, the tracing one names nodes after their modules
/// (`/layers.0/blocks.2/attn/MatMul`). Where that is lost, a node that reads a parameter
/// (`layers.0.blocks.2.attn.qkv.bias`) belongs to the parameter's module, and a node between two such nodes to the
/// innermost module that both lie in.
package struct ModuleScopes: Sendable {
    private var scopes: [NodeID: String] = [:]

    package init(_ graph: Graph) {
        let nodes = Array(graph.nodes)
        var known = nodes.map { node in
            node.module.map { $0.split(separator: ".") } ?? Self.path(inNameOf: node)
                ?? Self.parameterModule(of: node, in: graph)
        }
        for (index, node) in nodes.enumerated() where known[index] == nil {
            known[index] = Self.moduleOfAddedBias(to: node, in: graph)
        }
        var next = [[Substring]?](repeating: nil, count: nodes.count)
        var following: [Substring]?
        for index in nodes.indices.reversed() {
            following = known[index] ?? following
            next[index] = following
        }
        var previous: [Substring] = []
        for (index, node) in nodes.enumerated() {
            if let own = known[index] {
                previous = own
                scopes[node.id] = own.joined(separator: ".")
            } else {
                scopes[node.id] = Self.commonPrefix(previous, next[index] ?? []).joined(separator: ".")
            }
        }
    }

    /// The module of a node of the graph.
    package subscript(node: NodeID) -> String { scopes[node] ?? "" }

    /// Whether a module is `outer` or lies in it.
    package static func contains(_ outer: String, _ module: String) -> Bool {
        outer.isEmpty || module == outer || module.hasPrefix(outer + ".")
    }

    /// The module that a parameter of this name belongs to; nil for names that are no parameter's.
    package static func module(ofParameter name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isPath =
            parts.count > 1
            && parts.allSatisfy { part in
                !part.isEmpty && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            }
        return isPath ? parts.dropLast().joined(separator: ".") : nil
    }

    /// Splits the name of a node such as `/layers.0/blocks.2/attn/MatMul`. A list of modules that runs as a whole comes
    /// twice, as in `/body/body.0/Conv`, and is taken once.
    private static func path(inNameOf node: Node) -> [Substring]? {
        guard node.name.hasPrefix("/") else { return nil }
        var modules: [Substring] = []
        for module in node.name.split(separator: "/").dropLast() {
            if let last = modules.last, module.hasPrefix(last + ".") { modules.removeLast() }
            modules.append(module)
        }
        return modules.flatMap { $0.split(separator: ".") }
    }

    private static func parameterModule(of node: Node, in graph: Graph) -> [Substring]? {
        var found: [Substring]?
        for case let input? in node.inputs where graph[input].constant != nil {
            guard let module = module(ofParameter: graph[input].name) else { continue }
            let parts = module.split(separator: ".").map { Substring($0) }
            found = found.map { commonPrefix($0, parts) } ?? parts
        }
        return found
    }

    /// A product whose weights have lost their name belongs to the bias that is added to it alone.
    private static func moduleOfAddedBias(to node: Node, in graph: Graph) -> [Substring]? {
        guard node.operation.spec.name == "MatMul", case let output?? = node.outputs.first,
            graph[output].users.count == 1, let user = graph[output].users.first,
            graph[user].operation.spec.name == "Add"
        else { return nil }
        return parameterModule(of: graph[user], in: graph)
    }

    private static func commonPrefix(_ a: [Substring], _ b: [Substring]) -> [Substring] {
        zip(a, b).prefix { $0 == $1 }.map(\.0)
    }
}
