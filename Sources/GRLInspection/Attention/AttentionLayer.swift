package import GRLGraph
import GRLOperators

/// A layer of a network with attention in windows, in anchored stripes, or in both.
package struct AttentionLayer: Sendable {
    /// Where a layer looks.
    package enum Branch: String, Sendable, CaseIterable {
        /// At the pixels of a window.
        case window
        /// At the pixels of a stripe, through anchors that stand between.
        case stripe
    }

    /// The two attentions of an anchored stripe.
    package struct Stripe: Sendable {
        /// Anchors ← pixels: the anchors gather from the stripe.
        package let gather: NodeID
        /// Pixels ← anchors: the stripe's pixels read from its anchors.
        package let read: NodeID
    }

    /// The layer's number in the network, from 0.
    package let number: Int
    /// What the names of its attentions' nodes have in common, in parts between slashes; most exporters make it of the
    /// module's name.
    package private(set) var name: String
    package fileprivate(set) var window: NodeID?
    package fileprivate(set) var stripe: Stripe?

    /// The branches that there are, windows first.
    package var branches: [Branch] { (window == nil ? [] : [.window]) + (stripe == nil ? [] : [.stripe]) }

    /// The layers of a lifted network, in the order in which they run.
    ///
    /// An attention whose values are those of another one reads from anchors. A window and a stripe that take their
    /// queries from one image are branches of one layer.
    package static func layers(of graph: Graph) -> [AttentionLayer] {
        let attentions = graph.nodes.filter { $0.operation is WindowAttention }
        let gathers = Dictionary(
            attentions.compactMap { node in gather(before: node, in: graph).map { (node.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        let gathering = Set(gathers.values)
        var layers: [AttentionLayer] = []
        var numbers: [ValueID: Int] = [:]
        for node in attentions where !gathering.contains(node.id) {
            guard let query = node.inputs.first.flatMap({ $0 }) else { continue }
            let stripe = gathers[node.id].map { Stripe(gather: $0, read: node.id) }
            let known = numbers[query].flatMap { number in
                (stripe == nil ? layers[number].window == nil : layers[number].stripe == nil) ? number : nil
            }
            let number = known ?? layers.count
            if known == nil {
                layers.append(AttentionLayer(number: number, name: Self.parent(of: node.name)))
            } else {
                layers[number].name = Self.commonParts(layers[number].name, Self.parent(of: node.name))
            }
            numbers[query] = number
            if let stripe { layers[number].stripe = stripe } else { layers[number].window = node.id }
        }
        return layers
    }

    /// The attention whose results are the values of `node`.
    private static func gather(before node: Node, in graph: Graph) -> NodeID? {
        guard node.inputs.count > 2, let value = node.inputs[2], let producer = graph.producer(of: value),
            producer.operation is WindowAttention
        else { return nil }
        return producer.id
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    private static func commonParts(_ a: String, _ b: String) -> String {
        let parts = [a, b].map { $0.split(separator: "/", omittingEmptySubsequences: false) }
        return zip(parts[0], parts[1]).prefix { $0 == $1 }.map(\.0).joined(separator: "/")
    }

    private init(number: Int, name: String) {
        self.number = number
        self.name = name
    }
}
