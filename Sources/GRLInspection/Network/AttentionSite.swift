import GRLGraph
import GRLOperators

/// One attention of a graph: a lifted operator, or the softmax of one that was not lifted.
struct AttentionSite {
    enum Role {
        /// Queries and keys are pixels of the same image.
        case window
        /// Anchors gather from pixels.
        case gather
        /// Pixels read from anchors.
        case read
    }

    let role: Role
    let heads: Int
    /// Channels of a head, where they are known.
    let headSize: Int?
    /// Rows and columns of a window of queries and of keys; nil where they are not known.
    let query: PixelPair?
    let key: PixelPair?
    /// Whether windows are shifted; nil where that is not known.
    let isShifted: Bool?
    let isCosine: Bool?
    /// What makes queries and keys, the one with the most channels first.
    let projections: [Node]

    /// What the projections of the pixels read, before shape and normalisation.
    func trunk(_ flow: DataFlow) -> ValueID? { projections.first.flatMap { Self.trunk(of: $0, flow) } }

    /// The attention that a node is, if it is one.
    init?(_ node: Node, _ flow: DataFlow, _ facts: [ValueID: ValueFact]) {
        if let operation = node.operation as? WindowAttention {
            self.init(node, operation, flow)
        } else if node.operation is Softmax {
            self.init(softmax: node, flow, facts)
        } else {
            return nil
        }
    }

    private init?(_ node: Node, _ operation: WindowAttention, _ flow: DataFlow) {
        guard node.inputs.count > 2, let query = node.inputs[0], let key = node.inputs[1], let value = node.inputs[2]
        else { return nil }
        projections = Self.projections(before: [query, key], flow)
        let isPlain = Self.areOfOneSize(projections, flow)
        let readsAttention = flow.graph.producer(of: value)?.operation is WindowAttention
        role = isPlain ? .window : readsAttention ? .read : .gather
        heads = operation.heads
        headSize = operation.headSize
        self.query = operation.query.window
        self.key = operation.key.window
        isShifted = operation.query.shift != PixelPair(0, 0) || operation.key.shift != PixelPair(0, 0)
        isCosine = operation.isCosine
    }

    private init?(softmax node: Node, _ flow: DataFlow, _ facts: [ValueID: ValueFact]) {
        guard let scores = node.inputs.first ?? nil, let shape = facts[scores]?.type.shape, shape.rank >= 3 else {
            return nil
        }
        let (queries, keys) = (shape[shape.rank - 2], shape[shape.rank - 1])
        projections = Self.projections(before: [scores], flow)
        guard !projections.isEmpty else { return nil }
        let isPlain = Self.areOfOneSize(projections, flow)
        role = isPlain ? .window : queries > keys ? .read : .gather
        heads = shape[shape.rank - 3]
        headSize = nil
        let windows = Self.partitions(before: scores, flow, facts)
        query = windows.first { $0.y * $0.x == queries } ?? Self.square(queries)
        key = windows.first { $0.y * $0.x == keys } ?? Self.square(keys)
        isShifted = nil
        isCosine = nil
    }

    private static func projections(before values: [ValueID], _ flow: DataFlow) -> [Node] {
        var found: [Node] = []
        for value in values {
            for node in flow.linearMaps(before: value) where !found.contains(where: { $0.id == node.id }) {
                found.append(node)
            }
        }
        func channels(_ node: Node) -> Int { flow.linearMap(node)?.outputChannels ?? 0 }
        return found.sorted { (channels($0), $1.id) > (channels($1), $0.id) }
    }

    /// Whether projections read the same features, pixel by pixel: there are no anchors among them.
    private static func areOfOneSize(_ projections: [Node], _ flow: DataFlow) -> Bool {
        Set(projections.compactMap { trunk(of: $0, flow) }).count == 1 && !projections.contains(where: isStrided)
    }

    /// What a projection reads; a convolution of single channels before it is part of it.
    private static func trunk(of projection: Node, _ flow: DataFlow) -> ValueID? {
        guard let input = flow.operands(of: projection).first else { return nil }
        let source = flow.source(of: input)
        guard let before = flow.graph.producer(of: source), let map = flow.linearMap(before), map.groups > 1,
            !isStrided(before), let image = flow.operands(of: before).first
        else { return source }
        return flow.source(of: image)
    }

    private static func isStrided(_ node: Node) -> Bool {
        guard case .ints(let strides)? = node.operation.attributes["strides"] else { return false }
        return strides.contains { $0 > 1 }
    }

    /// The windows that images are cut into before `value`: `[B, H/h, h, W/w, w, C]` transposed to
    /// `[B, H/h, W/w, h, w, C]`.
    private static func partitions(
        before value: ValueID, _ flow: DataFlow, _ facts: [ValueID: ValueFact]
    ) -> [PixelPair] {
        var (open, seen, found): ([ValueID], Set<ValueID>, [PixelPair]) = ([value], [value], [])
        while let next = open.popLast() {
            guard let node = flow.graph.producer(of: next), flow.linearMap(node) == nil else { continue }
            let operands = flow.operands(of: node)
            if let permutation = (node.operation as? Transpose)?.permutation, permutation == [0, 1, 3, 2, 4, 5],
                let shape = operands.first.flatMap({ facts[$0]?.type.shape }), shape.rank == 6
            {
                found.append(PixelPair(shape[2], shape[4]))
            }
            for operand in operands where seen.insert(operand).inserted { open.append(operand) }
        }
        return found
    }

    private static func square(_ tokens: Int) -> PixelPair? {
        let side = Int(Double(tokens).squareRoot())
        return side * side == tokens ? PixelPair(side, side) : nil
    }
}
