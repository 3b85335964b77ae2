package import GRLGraph

/// The nodes of a graph, grouped by the modules of the network as it was written.
package struct ModuleTree: Sendable {
    /// A module of the network, such as `layers.0.blocks.2.attn`.
    package struct Module: Sendable {
        package let path: ModulePath
        /// The index of the module around it; nil for the root.
        package let parent: Int?
        /// The indices of the modules right inside, in the order in which they come to run.
        package fileprivate(set) var children: [Int] = []
        /// The nodes right inside, in the order of the graph.
        package fileprivate(set) var nodes: [NodeID] = []
    }

    /// The modules, each after the one around it; the first is the network itself.
    package private(set) var modules: [Module] = [Module(path: .root, parent: nil)]
    private var homes: [NodeID: Int] = [:]
    /// The nodes whose modules the file tells; those of the others are guessed from their neighbours.
    private let stated: Set<NodeID>

    private init(_ graph: Graph, _ assignment: ModuleAssignment) {
        stated = assignment.stated
        var indices = [ModulePath.root: 0]
        for node in graph.nodes {
            let module = index(of: assignment.paths[node.id] ?? .root, &indices)
            modules[module].nodes.append(node.id)
            homes[node.id] = module
        }
    }

    /// Groups the nodes of a graph by what the file says of them.
    package init(_ graph: Graph) {
        self.init(graph, ModuleAssignment(graph))
    }

    /// Groups the nodes of a graph as those for which they stand are grouped in the stage before.
    package init(_ graph: Graph, after earlier: ModuleTree) {
        self.init(graph, ModuleAssignment(graph, after: earlier))
    }

    /// The index of the module that a node is right inside; the root's for a node of another graph.
    package func module(of node: NodeID) -> Int { homes[node] ?? 0 }

    /// The modules around a node.
    package func path(of node: NodeID) -> ModulePath { modules[module(of: node)].path }

    /// The innermost module that holds all of `nodes`; of those alone whose modules the file tells, where there are
    /// any.
    func sharedPath(of nodes: [NodeID]) -> (path: ModulePath, isStated: Bool)? {
        let told = nodes.filter(stated.contains)
        let paths = (told.isEmpty ? nodes.filter { homes[$0] != nil } : told).map(path(of:))
        guard let first = paths.first else { return nil }
        return (paths.dropFirst().reduce(first) { $0.common(with: $1) }, !told.isEmpty)
    }

    /// How many nodes each module holds, those of the modules inside included.
    package var nodeCounts: [Int] {
        var counts = modules.map(\.nodes.count)
        for index in modules.indices.reversed() {
            if let parent = modules[index].parent { counts[parent] += counts[index] }
        }
        return counts
    }

    private mutating func index(of path: ModulePath, _ indices: inout [ModulePath: Int]) -> Int {
        if let known = indices[path] { return known }
        let parent = path.parent.map { self.index(of: $0, &indices) } ?? 0
        let index = modules.count
        modules.append(Module(path: path, parent: parent))
        modules[parent].children.append(index)
        indices[path] = index
        return index
    }
}
