package import GRLGraph

/// A graph with the modules below a depth drawn as one: what graph languages are written from.
package struct GraphSketch: Sendable {
    /// A node, or a module that is not drawn open.
    struct Item: Sendable {
        let label: String
        /// What it gives, or how much it holds.
        let detail: String
        /// The module that it is drawn in.
        let module: Int
        let isModule: Bool
    }

    struct Edge: Sendable, Hashable {
        let from: Int
        let to: Int
    }

    /// As many items as can be looked at in one picture.
    private static let comfortableCount = 150

    let name: String
    let tree: ModuleTree
    let items: [Item]
    let edges: [Edge]

    /// - Parameter depth: how many modules are drawn open around a node, at most; nil for the most at which the picture
    ///   stays small enough to be looked at, or 1.
    package init(_ graph: Graph, tree: ModuleTree, depth: Int? = nil) {
        let deepest = tree.modules.map(\.path.components.count).max() ?? 0
        var open = depth ?? 1
        if depth == nil {
            while open < deepest, Self.count(tree, depth: open + 1) <= Self.comfortableCount { open += 1 }
        }
        name = graph.name
        self.tree = tree
        (items, edges) = Self.sketch(graph, tree, depth: open)
    }

    /// The number of items with modules of at most `depth` parts open.
    private static func count(_ tree: ModuleTree, depth: Int) -> Int {
        tree.modules.reduce(0) { sum, module in
            let size = module.path.components.count
            return sum + (size <= depth ? module.nodes.count : 0) + (size == depth + 1 ? 1 : 0)
        }
    }

    private static func sketch(_ graph: Graph, _ tree: ModuleTree, depth: Int) -> ([Item], [Edge]) {
        let counts = tree.nodeCounts
        var items: [Item] = []
        var modules: [Int: Int] = [:]
        var places: [NodeID: Int] = [:]
        for node in graph.nodes {
            var module = tree.module(of: node.id)
            var closed: Int?
            while tree.modules[module].path.components.count > depth, let parent = tree.modules[module].parent {
                (closed, module) = (module, parent)
            }
            guard let closed else {
                places[node.id] = items.count
                let type = node.outputs.first.flatMap { $0 }.map { graph[$0].declaration }
                items.append(
                    Item(
                        label: node.operation.spec.name,
                        detail: type?.dimensions == nil ? node.name : type?.description ?? "", module: module,
                        isModule: false))
                continue
            }
            if modules[closed] == nil {
                modules[closed] = items.count
                items.append(
                    Item(
                        label: tree.modules[closed].path.name, detail: Quantity.nodes(counts[closed]), module: module,
                        isModule: true))
            }
            places[node.id] = modules[closed]
        }
        var seen: Set<Edge> = []
        var edges: [Edge] = []
        for node in graph.nodes {
            for case let input? in node.inputs {
                guard let producer = graph.producer(of: input), let from = places[producer.id],
                    let to = places[node.id], from != to
                else { continue }
                let edge = Edge(from: from, to: to)
                if seen.insert(edge).inserted { edges.append(edge) }
            }
        }
        return (items, edges)
    }

    /// The items right inside each module.
    var contents: [Int: [Int]] { Dictionary(grouping: items.indices) { items[$0].module } }

    /// The modules that hold items, by themselves or further in.
    var drawnModules: Set<Int> {
        var result: Set<Int> = [0]
        for item in items {
            var module = item.module
            while result.insert(module).inserted, let parent = tree.modules[module].parent { module = parent }
        }
        return result
    }
}
