import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLTensor

/// Reads from a graph what network it is. Nothing is taken from names.
///
/// Attentions that read the same features make a layer; a stage ends where the features of its beginning are added to a
/// convolution of those of its end.
package struct NetworkReader {
    private let flow: DataFlow
    private let facts: [ValueID: ValueFact]
    private let layers: [TransformerLayer]
    private let input: Shape
    private let output: Shape

    /// What the network of a model is; nil where it has no layers of window attention.
    package static func read(_ model: StagedModel) -> NetworkDescription? {
        let isLifted = model.isFreeOfSize
        let graph = model.graph(at: isLifted ? .lifted : .simplified)
        let flow = DataFlow(graph)
        let readers = model.sampleInputs.lazy.compactMap { NetworkReader(flow, input: $0) }
        guard let reader = readers.first, var description = reader.description() else { return nil }
        if !isLifted, let other = readers.dropFirst().first, let second = other.description() {
            description.markParts(at: reader.input, comparing: second, at: other.input)
        }
        description.size = ReleasedNetworks.size(of: description)
        description.task = ReleasedNetworks.task(of: description)
        return description
    }

    /// - Parameter input: a type that the graph accepts.
    private init?(_ flow: DataFlow, input type: TensorType) {
        guard type.shape.rank == 4, let output = flow.graph.outputs.first,
            let facts = try? TypeInference.run(flow.graph, inputs: [ValueFact(type: type)]),
            let result = facts[output]?.type.shape, result.rank == 4, type.shape[2] > 0
        else { return nil }
        self.flow = flow
        self.facts = facts
        input = type.shape
        self.output = result
        layers = TransformerLayer.layers(flow, facts)
    }

    private func description() -> NetworkDescription? {
        guard let first = layers.first, let window = first.window, let projection = first.projection,
            let map = flow.linearMap(projection), layers.allSatisfy({ $0.window != nil })
        else { return nil }
        let hasStripes = layers.allSatisfy { $0.gather != nil && $0.read != nil }
        guard hasStripes || layers.allSatisfy({ $0.sites.count == 1 }) else { return nil }
        let stages = stages()
        let starts = stages.compactMap { layers[$0].first }
        let channels = map.inputChannels
        let headSizes = starts.compactMap { $0.window?.headSize }
        return NetworkDescription(
            family: hasStripes ? .grl : .swinIR, unrecognizedParts: hasStripes ? [] : partsBesideWindows,
            inputChannels: input[1], outputChannels: output[1], scale: output[2] / input[2], upsampler: upsampler,
            channels: channels, depths: stages.map(\.count), window: window.query.map { [$0.y, $0.x] },
            isWindowShifted: isShifted(layers.map(\.window)), windowHeads: starts.compactMap { $0.window?.heads },
            windowHeadSizes: headSizes.count == starts.count ? headSizes : nil,
            stripe: hasStripes ? stripe(starts) : nil, isCosine: window.isCosine,
            projection: isSeparable(projection) ? .separableConvolution : .linear,
            isProjectionBiased: isBiased(projection), hasLocalConnection: hasLocalConnection,
            mlpRatio: mlpRatio(channels), stageConvolution: stageConvolution, padMultiple: padMultiple,
            pixelRange: pixelRange)
    }

    /// What layers of windows alone do not have.
    private var partsBesideWindows: [String] {
        var parts: [String] = []
        for site in layers.flatMap(\.sites) {
            guard let query = site.query, let key = site.key, query != key else { continue }
            let part = "attention of windows of \(query.y)×\(query.x) to \(key.y)×\(key.x) tokens"
            if !parts.contains(part) { parts.append(part) }
        }
        if hasLocalConnection { parts.append("convolutions with GELU") }
        let others =
            flow.graph.nodes.count { $0.operation is Softmax || $0.operation is WindowAttention }
            - layers.reduce(0) { $0 + $1.sites.count }
        if others > 0 { parts.append("\(others) other \(others == 1 ? "attention" : "attentions")") }
        return parts
    }

    // Stages.

    /// Sums of the features of a layer's beginning and a convolution of a stage's end, with the maps of the
    /// convolution.
    private var stageEnds: [(sum: ValueID, maps: [DataFlow.LinearMap])] {
        let trunks = Set(layers.map(\.trunk))
        return flow.graph.nodes.compactMap { node in
            let operands = flow.operands(of: node)
            guard node.operation is Add, operands.count == 2, let output = node.outputs.first ?? nil else { return nil }
            for (start, end) in [(operands[0], operands[1]), (operands[1], operands[0])]
            where trunks.contains(flow.source(of: start)) {
                if let maps = flow.convolutions(before: end) { return (output, maps) }
            }
            return nil
        }
    }

    /// The layers of each stage.
    private func stages() -> [Range<Int>] {
        let ends = Set(stageEnds.map(\.sum))
        let starts = layers.indices.filter { $0 == 0 || ends.contains(layers[$0].trunk) }
        return zip(starts, starts.dropFirst() + [layers.count]).map { $0..<$1 }
    }

    private var stageConvolution: NetworkDescription.StageConvolution? {
        guard let maps = stageEnds.first?.maps else { return nil }
        switch (maps.count, maps[0].kernel) {
        case (3, _): return .three
        case (1, [3, 3]): return .one3x3
        case (1, [1, 1]): return .one1x1
        case (1, nil): return .linear
        default: return nil
        }
    }

    // Layers.

    private func isShifted(_ sites: [AttentionSite?]) -> Bool? {
        let known = sites.compactMap { $0?.isShifted }
        return known.isEmpty ? nil : known.contains(true)
    }

    private func stripe(_ starts: [TransformerLayer]) -> NetworkDescription.Stripe {
        let gather = layers[0].gather
        let showsShift = stages().contains { $0.count > 2 }
        let headSizes = starts.compactMap { $0.gather?.headSize }
        var factor: Int?
        if let anchors = gather?.query, let pixels = gather?.key, anchors.y > 0, pixels.y % anchors.y == 0,
            pixels.x == anchors.x * (pixels.y / anchors.y)
        {
            factor = pixels.y / anchors.y
        }
        let anchor = anchor(layers[0])
        return NetworkDescription.Stripe(
            size: gather?.key.map { [$0.y, $0.x] } ?? [nil, nil], groups: [nil, nil],
            isShifted: showsShift ? isShifted(layers.map(\.gather)) : nil,
            heads: starts.compactMap { $0.gather?.heads },
            headSizes: headSizes.count == starts.count ? headSizes : nil, anchorFactor: factor,
            anchorProjection: anchor?.kind, anchorSteps: anchor?.steps)
    }

    private func anchor(_ layer: TransformerLayer) -> (kind: NetworkDescription.AnchorProjection, steps: Int)? {
        guard let anchors = layer.gather?.projections.last, let output = anchors.outputs.first ?? nil,
            let path = flow.path(from: output, to: layer.trunk)
        else { return nil }
        let maps = path.compactMap { flow.linearMap($0) }
        let steps = maps.count { $0.groups == 1 }
        if path.contains(where: { $0.operation is AveragePool }) { return (.averagePool, steps) }
        if path.contains(where: { $0.operation is MaxPool }) { return (.maximumPool, steps) }
        if maps.contains(where: { $0.groups > 1 }) { return (.separableConvolution, steps) }
        if path.contains(where: { $0.operation is Concat }) { return (.patchMerging, steps) }
        return maps.contains { $0.kernel != nil } ? (.convolution, steps) : nil
    }

    private func isSeparable(_ projection: Node) -> Bool {
        guard let source = flow.operands(of: projection).first.map(flow.source(of:)),
            let before = flow.graph.producer(of: source), let map = flow.linearMap(before)
        else { return false }
        return map.groups > 1
    }

    private func isBiased(_ projection: Node) -> Bool {
        if projection.inputs.count > 2, projection.inputs[2] != nil { return true }
        guard let output = projection.outputs.first ?? nil else { return false }
        return flow.graph[output].users.contains { user in
            let node = flow.graph[user]
            return node.operation is Add && flow.operands(of: node).count == 1
        }
    }

    /// Whether there are convolutions whose activation is that of the MLPs.
    private var hasLocalConnection: Bool {
        flow.graph.nodes.contains { node in
            guard node.operation is Gelu, let map = hiddenLayer(node) else { return false }
            return map.kernel != nil
        }
    }

    private func mlpRatio(_ channels: Int) -> Double? {
        for node in flow.graph.nodes where node.operation is Gelu {
            guard let map = hiddenLayer(node), map.kernel == nil, map.inputChannels == channels else { continue }
            return Double(map.outputChannels) / Double(channels)
        }
        return nil
    }

    /// The layer that an activation follows.
    private func hiddenLayer(_ activation: Node) -> DataFlow.LinearMap? {
        guard let input = flow.operands(of: activation).first else { return nil }
        let maps = flow.linearMaps(before: input)
        return maps.count == 1 ? flow.linearMap(maps[0]) : nil
    }

    // The network around them.

    private var upsampler: NetworkDescription.Upsampler {
        let nodes = flow.graph.nodes
        if nodes.contains(where: { $0.operation is Resize }) { return .nearestConvolution }
        guard nodes.contains(where: { $0.operation is DepthToSpace }), var value = flow.graph.outputs.first else {
            return .none
        }
        while let node = flow.graph.producer(of: value), let next = flow.operands(of: node).first {
            if node.operation is DepthToSpace { return .pixelShuffleDirect }
            if node.operation is Conv { return .pixelShuffle }
            value = next
        }
        return .none
    }

    private var padMultiple: Int? {
        for node in flow.graph.nodes {
            guard let padding = node.operation as? PadToMultiple else { continue }
            return padding.multiples.y == padding.multiples.x ? padding.multiples.y : nil
        }
        return nil
    }

    private var pixelRange: Float {
        guard let first = flow.graph.nodes.first(where: { $0.operation is Conv }),
            let image = flow.operands(of: first).first, let node = flow.graph.producer(of: image),
            node.operation is Mul,
            let factor = node.inputs.compactMap({ $0 }).compactMap({ flow.graph[$0].constant }).first,
            factor.count == 1, let range = try? factor.elements(of: Float.self).first
        else { return 1 }
        return range
    }
}

extension NetworkDescription {
    /// Leaves out sizes of stripes that differ at another size of the image, and counts the stripes instead.
    fileprivate mutating func markParts(at input: Shape, comparing other: NetworkDescription, at otherInput: Shape) {
        guard var own = stripe, let stripes = other.stripe else { return }
        for axis in own.size.indices {
            guard let extent = own.size[axis], let otherExtent = stripes.size[axis], extent != otherExtent, extent > 0,
                otherExtent > 0
            else { continue }
            own.size[axis] = nil
            let count = input[2 + axis] / extent
            own.groups[axis] = count * otherExtent == otherInput[2 + axis] ? count : nil
        }
        stripe = own
    }
}
