import GRLGraph

/// Finds the module of each node of a graph.
///
/// TorchScript's exporter tells it in the names of nodes and values, the newer one in their metadata. Tools that
/// rewrite files, and passes, add nodes of which nothing is said; and some files have lost it all but for the names of
/// the parameters. A node of which nothing is said belongs to the innermost module that holds both what comes before it
/// and what is first to read its results. What is computed from the image's size alone, outside of all modules, has a
/// block of its own: networks that leave their size open compute masks and tables of indices there, in more nodes than
/// all the rest.
struct ModuleAssignment {
    private(set) var paths: [NodeID: ModulePath] = [:]
    /// The nodes of which something is said.
    private(set) var stated: Set<NodeID> = []

    /// The block of what is computed from the image's size alone.
    private static let sizes = ModulePath(["(shapes and masks)"])
    /// So many nodes and fewer have no block of their own.
    private static let fewNodes = 16

    /// By what the file says.
    init(_ graph: Graph) {
        for node in graph.nodes {
            guard let path = Self.statedPath(of: node, in: graph) else { continue }
            paths[node.id] = path
            stated.insert(node.id)
        }
        fillIn(graph)
    }

    /// By the nodes of an earlier stage for which the nodes stand; a node that stands for several belongs to the
    /// innermost module that holds them all.
    init(_ graph: Graph, after earlier: ModuleTree) {
        for node in graph.nodes {
            guard let (path, isStated) = earlier.sharedPath(of: node.origins) else { continue }
            paths[node.id] = path
            if isStated { stated.insert(node.id) }
        }
        fillIn(graph)
    }

    private mutating func fillIn(_ graph: Graph) {
        let before = pathsBefore(graph)
        let behind = pathsBehind(graph)
        for node in graph.nodes where paths[node.id] == nil {
            switch (before[node.id], behind[node.id]) {
            case (let before?, let behind?): paths[node.id] = before.common(with: behind)
            case (let path?, nil), (nil, let path?): paths[node.id] = path
            case (nil, nil): paths[node.id] = .root
            }
        }
        let flow = DataFlow(graph)
        let outside = graph.nodes.filter { paths[$0.id] == .root && !flow.dependsOnImage($0) }
        guard outside.count > Self.fewNodes else { return }
        for node in outside { paths[node.id] = Self.sizes }
    }

    private static func statedPath(of node: Node, in graph: Graph) -> ModulePath? {
        if let module = node.module { return ModulePath(dotted: module) }
        if let path = ModulePath(scopedName: node.name) { return path }
        for case let output? in node.outputs {
            if let path = ModulePath(scopedName: graph[output].name) { return path }
        }
        var shared: ModulePath?
        for case let input? in node.inputs where graph[input].constant != nil {
            guard let path = ModulePath(parameter: graph[input].name) else { continue }
            shared = shared?.common(with: path) ?? path
        }
        return shared
    }

    /// For nodes of which nothing is said, the module of the last node that they depend on; none for those that depend
    /// on constants alone.
    private func pathsBefore(_ graph: Graph) -> [NodeID: ModulePath] {
        var result: [NodeID: ModulePath] = [:]
        var positions: [NodeID: Int] = [:]
        for (position, node) in graph.nodes.enumerated() {
            positions[node.id] = position
            guard paths[node.id] == nil else { continue }
            var last = -1
            for case let input? in node.inputs {
                switch graph[input].origin {
                case .constant: continue
                case .input: if last < 0 { result[node.id] = .root }
                case .node(let producer, _):
                    guard let position = positions[producer], position > last,
                        let path = paths[producer] ?? result[producer]
                    else { continue }
                    result[node.id] = path
                    last = position
                }
            }
        }
        return result
    }

    /// For nodes of which nothing is said, the module of the first node that depends on them.
    private func pathsBehind(_ graph: Graph) -> [NodeID: ModulePath] {
        var result: [NodeID: ModulePath] = [:]
        let returned = Set(graph.outputs)
        let positions = Dictionary(uniqueKeysWithValues: zip(graph.schedule, 0...))
        for node in Array(graph.nodes).reversed() where paths[node.id] == nil {
            var first = Int.max
            for case let output? in node.outputs {
                if returned.contains(output), first == .max { result[node.id] = .root }
                for reader in graph[output].users {
                    guard let path = paths[reader] ?? result[reader], let position = positions[reader],
                        position < first
                    else { continue }
                    (result[node.id], first) = (path, position)
                }
            }
        }
        return result
    }
}
