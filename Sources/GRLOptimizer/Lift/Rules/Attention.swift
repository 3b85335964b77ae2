import GRLGraph
import GRLOperators
import GRLTensor

extension MatMul: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        if case .probabilities(let scores) = try lifter.operand(node, 0) {
            return [.image(try lifter.attention(scores, value: lifter.view(node, 1), for: node))]
        }
        let factor = try lifter.input(node, 1)
        guard case .constant = lifter.value(factor) else {
            return [
                .scores(try AttentionScores(query: lifter.view(node, 0), transposedKey: lifter.view(node, 1)))
            ]
        }
        return [.image(try lifter.linear(node, factor: lifter.constant(factor)))]
    }
}

extension Gemm: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        let factor = try lifter.constant(lifter.input(node, 1))
        guard alpha == 1, beta == 1, !transposesA else { throw Refusal("it is no linear layer") }
        let matrix = transposesB ? try factor.transposed([1, 0]) : factor
        let bias = try node.inputs.count > 2 ? node.inputs[2].map { try lifter.constant($0) } : nil
        return [.image(try lifter.linear(node, factor: matrix, bias: bias))]
    }
}

extension Softmax: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        guard case .scores(let scores) = try lifter.operand(node, 0) else {
            throw Refusal("the operand is not a product of queries and keys of windows")
        }
        let rank = scores.arrangement.axes.count
        guard try Shape.normalizedAxis(axis, rank: rank) == rank - 1, scores.hasKeysLast else {
            throw Refusal("the sum is not over the keys")
        }
        return [.probabilities(scores)]
    }
}

extension L2Normalization: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        var view = try lifter.view(node, 0)
        guard view.factor == 1, view.normEpsilon == nil else { throw Refusal("the operand was scaled before") }
        view.normEpsilon = epsilon
        return [.image(view)]
    }
}

extension Add: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        for (index, other) in [(0, 1), (1, 0)] {
            guard case .scores(var scores) = try lifter.operand(node, index) else { continue }
            let addend = try lifter.input(node, other)
            guard case .constant = lifter.value(addend) else { throw Refusal("what is added to the scores varies") }
            let walk = ConstantWalk(tensor: try lifter.shape(of: addend), over: scores.arrangement)
            guard let strides = walk.elementStrides() else {
                throw Refusal("what is added to the scores is not aligned")
            }
            scores.addends.append(AttentionScores.Addend(value: addend, elementStrides: strides))
            return [.scores(scores)]
        }
        return try lifter.liftPointwise(node)
    }
}

extension Mul: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        for (index, other) in [(0, 1), (1, 0)] {
            guard case .scores(let scores) = try lifter.operand(node, index) else { continue }
            return [.scores(try lifter.scaled(scores, by: lifter.input(node, other)) { $0 * $1 })]
        }
        return try lifter.liftPointwise(node)
    }
}

extension Div: LiftableOperator {
    func lift(_ node: Node, _ lifter: inout Lifter) throws -> [LiftedValue] {
        guard case .scores(let scores) = try lifter.operand(node, 0) else { return try lifter.liftPointwise(node) }
        return [.scores(try lifter.scaled(scores, by: lifter.input(node, 1)) { $0 / $1 })]
    }
}

extension WindowSide {
    /// The windows as an attribute of the lifted operator.
    fileprivate var side: WindowAttention.Side {
        WindowAttention.Side(window: PixelPair(window[0], window[1]), shift: PixelPair(shift[0], shift[1]))
    }
}

extension Lifter {
    /// Scores with a scale for each head.
    fileprivate func scaled(
        _ scores: AttentionScores, by factor: ValueID, _ combine: (Float, Float) -> Float
    ) throws -> AttentionScores {
        typealias Axis = AttentionScores.Axis
        guard scores.addends.isEmpty else { throw Refusal("scores are scaled after an addition") }
        let walk = ConstantWalk(tensor: try shape(of: factor), over: scores.arrangement)
        let tensor = try constant(factor)
        guard tensor.elementType == .float32, let strides = walk.elementStrides(),
            strides.indices.allSatisfy({ $0 == Axis.head || strides[$0] == 0 })
        else { throw Refusal("the scale differs between tokens") }
        var result = scores
        try tensor.withElements(of: Float.self) { elements in
            for head in result.scale.indices {
                result.scale[head] = combine(result.scale[head], elements[head * strides[Axis.head]])
            }
        }
        return result
    }

    /// A product of pixels' channels with a matrix `[K, N]`.
    fileprivate mutating func linear(_ node: Node, factor: Tensor, bias: Tensor? = nil) throws -> ImageView {
        let view = try rows(try view(node, 0), for: node)
        guard factor.shape.rank == 2, factor.shape[0] == view.arrangement.source[ImageAxis.channel] else {
            throw Refusal(
                "the matrix \(factor.type) is not one for \(view.arrangement.source[ImageAxis.channel]) channels")
        }
        let source = channelsLast(view.image)
        var extents = images[view.image].extents
        extents[ImageAxis.channel] = factor.shape[1]
        let weight = addConstant(factor, for: node, "weight")
        var image = emit(MatMul(), for: node, inputs: [source, weight], extents: extents, layout: .channelsLast)
        if let bias {
            guard bias.count == factor.shape[1] else { throw Refusal("the addend \(bias.type) is no bias") }
            let addend = addConstant(try bias.reshaped(to: Shape([bias.count])), for: node, "bias")
            image = emit(
                Add(), for: node, inputs: [channelsLast(image), addend], extents: extents,
                layout: .channelsLast)
        }
        return arranged(image, as: view, channels: factor.shape[1])
    }

    /// The attention of windows, once probabilities meet the values.
    fileprivate mutating func attention(
        _ scores: AttentionScores, value view: ImageView, for node: Node
    ) throws -> ImageView {
        let rank = view.arrangement.axes.count
        guard rank >= 2 else { throw Refusal("the values have no rows") }
        let view = view.factor == 1 ? view : try dense(view, for: node)
        guard view.normEpsilon == nil else { throw Refusal("the values are of unit length") }
        let value = try WindowSide(view, tokens: rank - 2, features: rank - 1)
        let (query, key) = (scores.query, scores.key)
        guard scores.isArranged(leading: value.leading), value.grid == key.grid, value.heads == key.heads,
            value.window == key.window, value.shift == key.shift, value.headSize == key.headSize
        else { throw Refusal("keys and values are of different windows or heads") }
        let (table, mask) = try addition(scores, for: node)
        let operation = try WindowAttention(
            heads: query.heads, headSize: query.headSize, queryChannel: query.channel, keyChannel: key.channel,
            valueChannel: value.channel, query: query.side, key: key.side, isCosine: scores.isCosine,
            epsilon: scores.epsilon, mask: mask)
        for side in [query, key] {
            let extents = images[side.image].extents
            try padding.require(
                window: side.window, height: extents[ImageAxis.height], width: extents[ImageAxis.width])
        }
        let inputs: [ValueID?] = [
            channelsLast(query.image), channelsLast(key.image), channelsLast(value.image),
            addConstant(try Tensor(vector: scores.scale), for: node, "scale"),
            table,
        ]
        var extents = images[query.image].extents
        extents[ImageAxis.channel] = query.heads * query.headSize
        let image = emit(operation, for: node, inputs: inputs, extents: extents, layout: .channelsLast)
        return ImageView(image: image, arrangement: outputArrangement(query, extents: extents))
    }

    /// Where the attention's results stand: as the queries do, in an image of their own channels.
    private func outputArrangement(_ query: WindowSide, extents: [Int]) -> Arrangement {
        let leading = query.leading.map {
            $0.map { count in
                switch count {
                case .batch: Digit(axis: ImageAxis.batch, stride: 1, extent: extents[ImageAxis.batch])
                case .windowRow: Digit(axis: ImageAxis.height, stride: query.window[0], extent: query.grid[0])
                case .windowColumn: Digit(axis: ImageAxis.width, stride: query.window[1], extent: query.grid[1])
                case .head: Digit(axis: ImageAxis.channel, stride: query.headSize, extent: query.heads)
                }
            }
        }
        let tokens = [
            Digit(axis: ImageAxis.height, stride: 1, extent: query.window[0]),
            Digit(axis: ImageAxis.width, stride: 1, extent: query.window[1]),
        ]
        let features = [Digit(axis: ImageAxis.channel, stride: 1, extent: query.headSize)]
        return Arrangement(
            source: extents, axes: leading + [tokens, features], origin: [0, query.shift[0], query.shift[1], 0])
    }

    /// What is added to the scores: a table of offsets and the number between different regions.
    private mutating func addition(
        _ scores: AttentionScores, for node: Node
    ) throws -> (table: ValueID?, mask: Float) {
        typealias Axis = AttentionScores.Axis
        var (table, mask): (ValueID?, Float?) = (nil, nil)
        for addend in scores.addends {
            let strides = addend.elementStrides
            guard strides[Axis.batch] == 0 else { throw Refusal("what is added to the scores differs between images") }
            let differsByWindow = strides[Axis.windowRow] != 0 || strides[Axis.windowColumn] != 0
            if table == nil, !differsByWindow, let bias = try bias(addend, scores, for: node) {
                table = bias
                continue
            }
            guard mask == nil, strides[Axis.head] == 0 else {
                throw Refusal("what is added to the scores is neither a bias of offsets nor a mask of regions")
            }
            mask = try self.mask(addend, scores)
        }
        return (table, mask ?? 0)
    }

    /// The table of a bias; nil where it may be the mask of a single window.
    private mutating func bias(
        _ addend: AttentionScores.Addend, _ scores: AttentionScores, for node: Node
    ) throws -> ValueID? {
        if let gathered = GatheredTable(
            addend.value, in: graph, window: scores.query.window + scores.key.window,
            elementStrides: addend.elementStrides, type: { facts[$0]?.type })
        {
            let places = gatheredPlaces[gathered.movement] ?? (try? table(gathered.places(in: graph), addend, scores))
            if let places {
                gatheredPlaces[gathered.movement] = places
                if let computed = try computedTable(gathered, at: places, for: node) { return computed }
                let elements = try gathered.elements(of: constant(gathered.source), at: places, in: graph)
                return addConstant(elements, for: node, "table")
            }
        }
        let tensor = try constant(addend.value)
        guard tensor.elementType == .float32 else { throw Refusal("what is added to the scores is \(tensor.type)") }
        do {
            return addConstant(try table(tensor, addend, scores), for: node, "table")
        } catch let refusal as Refusal {
            // One window has one mask, which looks like the bias of all heads.
            if addend.elementStrides[AttentionScores.Axis.head] == 0 { return nil }
            throw refusal
        }
    }

    private func table(
        _ bias: Tensor, _ addend: AttentionScores.Addend, _ scores: AttentionScores
    ) throws -> Tensor {
        typealias Axis = AttentionScores.Axis
        let strides = addend.elementStrides
        return try ToeplitzTable(
            bias, heads: scores.query.heads, query: scores.query.window, key: scores.key.window,
            elementStrides: (strides[Axis.head], strides[Axis.query], strides[Axis.key])
        ).tensor
    }

    private mutating func mask(_ addend: AttentionScores.Addend, _ scores: AttentionScores) throws -> Float {
        let check = RegionMaskCheck(
            value: addend.value, elementStrides: addend.elementStrides, grid: scores.query.grid,
            queryWindow: scores.query.window, queryShift: scores.query.shift, keyWindow: scores.key.window,
            keyShift: scores.key.shift)
        if let known = checkedMasks[check] { return known }
        let tensor = try constant(addend.value)
        guard tensor.elementType == .float32 else { throw Refusal("what is added to the scores is \(tensor.type)") }
        let mask = try check.run(tensor)
        checkedMasks[check] = mask
        return mask
    }
}
