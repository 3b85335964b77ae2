import GRLGraph

/// One layer of a transformer: the attentions that read the same features.
struct TransformerLayer {
    /// The features that the layer's projections read.
    let trunk: ValueID
    private(set) var sites: [AttentionSite] = []

    var window: AttentionSite? { sites.first { $0.role == .window } }
    var gather: AttentionSite? { sites.first { $0.role == .gather } }
    var read: AttentionSite? { sites.first { $0.role == .read } }

    /// What makes queries, keys and values of the features.
    var projection: Node? { sites.first?.projections.first }

    /// The layers of a graph in the order in which they run.
    ///
    /// - Parameter facts: types of the graph's values at some size.
    static func layers(_ flow: DataFlow, _ facts: [ValueID: ValueFact]) -> [TransformerLayer] {
        var layers: [TransformerLayer] = []
        var places: [ValueID: Int] = [:]
        for node in flow.graph.nodes {
            guard let site = AttentionSite(node, flow, facts), let trunk = site.trunk(flow) else { continue }
            let place = places[trunk] ?? layers.count
            if place == layers.count {
                layers.append(TransformerLayer(trunk: trunk))
                places[trunk] = place
            }
            layers[place].sites.append(site)
        }
        return layers
    }
}
