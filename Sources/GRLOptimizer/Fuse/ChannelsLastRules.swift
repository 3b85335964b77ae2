import GRLGraph
import GRLOperators
import GRLTensor

/// What computes the channels-last twin of a node's output.
typealias ChannelsLastNode = (operation: any Operator, inputs: [ValueID?])

extension ChannelsLastRewriter {
    /// What computes the twin of the node's only output, or nil where the node stays as it is.
    ///
    /// - Throws: memory errors.
    mutating func converted(_ node: Node) throws -> ChannelsLastNode? {
        if let operation = node.operation as? Conv { return try convolution(operation, node) }
        guard node.inputs.contains(where: hasTwin) else { return nil }
        switch node.operation {
        case is any PointwiseOperator: return try pointwise(node)
        case let operation as Concat: return try concatenation(operation, node)
        case is Slice: return try slice(node)
        case let operation as ReduceMean: return try mean(operation, node)
        case is GlobalAveragePool: return try globalMean(node)
        case let operation as AveragePool: return try onFirstInput(ImagePool(operation), node)
        case let operation as MaxPool: return try onFirstInput(ImagePool(operation), node)
        case let operation as DepthToSpace: return try onFirstInput(PixelShuffle(operation), node)
        case let operation as Resize where operation.axes == nil: return try resize(operation, node)
        case let operation as Pad: return try pad(operation, node)
        default: return nil
        }
    }

    private mutating func convolution(_ operation: Conv, _ node: Node) throws -> ChannelsLastNode? {
        guard operation.group == 1, [.notSet, .valid].contains(operation.window.autoPad), node.inputs.count >= 2,
            let image = node.inputs[0], let filter = node.inputs[1].flatMap({ graph[$0].constant }),
            filter.elementType == .float32, filter.shape.rank == 4, filter.count > 0
        else { return nil }
        let biasValue = node.inputs.count > 2 ? node.inputs[2] : nil
        let bias = biasValue.flatMap { graph[$0].constant }
        guard (biasValue == nil) == (bias == nil), bias.map({ $0.shape.dimensions == [filter.shape[0]] }) ?? true,
            let window = ImageWindow(operation.window, kernel: PixelPair(filter.shape[2], filter.shape[3]))
        else { return nil }
        let weights = try FilterWeights(filter.transposed([2, 3, 1, 0]), bias: bias)
        let twin = try twin(of: image, before: node.id)
        return (try ImageConvolution(layer: LinearLayer(weights: weights), window: window), [twin])
    }

    /// The same operator on twins; constants are turned alike.
    private mutating func pointwise(_ node: Node) throws -> ChannelsLastNode? {
        for case let input? in node.inputs {
            guard let rank = rank(of: input), rank == 0 || rank == 4 || graph[input].constant != nil && rank < 4 else {
                return nil
            }
        }
        var inputs: [ValueID?] = []
        for input in node.inputs {
            guard let input, let rank = rank(of: input), rank > 0 else {
                inputs.append(input)
                continue
            }
            if let constant = graph[input].constant {
                inputs.append(constant.count == 1 ? input : addConstant(try turned(constant), like: input))
            } else {
                inputs.append(try twin(of: input, before: node.id))
            }
        }
        return (node.operation, inputs)
    }

    /// A constant that broadcasts to images with channels last as `constant` does to those with channels first; leading
    /// dimensions of 1 are left out.
    private func turned(_ constant: Tensor) throws -> Tensor {
        let shape = constant.shape.dimensions
        let image = try constant.reshaped(to: Shape(Array(repeating: 1, count: 4 - shape.count) + shape))
        let result = try image.transposed(Self.toBack)
        return try result.reshaped(to: Shape(Array(result.shape.dimensions.drop { $0 == 1 })))
    }

    private mutating func concatenation(_ operation: Concat, _ node: Node) throws -> ChannelsLastNode? {
        guard let axis = Self.moved([operation.axis])?.first,
            node.inputs.count(where: hasTwin) * 2 >= node.inputs.count
        else { return nil }
        var inputs: [ValueID?] = []
        for case let input? in node.inputs { inputs.append(try twin(of: input, before: node.id)) }
        return (Concat(axis: axis), inputs)
    }

    private mutating func slice(_ node: Node) throws -> ChannelsLastNode? {
        guard hasTwin(node.inputs[0]), let starts = node.inputs[1], node.inputs.count > 3,
            let axesValue = node.inputs[3],
            let axes = graph.integers(axesValue).flatMap(Self.moved)
        else { return nil }
        var inputs = try onFirstInput(Slice(), node)?.inputs ?? []
        inputs[1] = starts
        inputs[3] = addConstant(try Tensor(vector: axes.map { Int64($0) }), like: axesValue)
        return (Slice(), inputs)
    }

    private mutating func mean(_ operation: ReduceMean, _ node: Node) throws -> ChannelsLastNode? {
        guard operation.options.keepsDimensions, node.inputs.count > 1, let axesValue = node.inputs[1],
            let axes = graph.integers(axesValue).flatMap(Self.moved), !axes.isEmpty
        else { return nil }
        let constant = addConstant(try Tensor(vector: axes.map { Int64($0) }), like: axesValue)
        return try onFirstInput(operation, node).map { ($0.operation, [$0.inputs[0], constant]) }
    }

    private mutating func globalMean(_ node: Node) throws -> ChannelsLastNode? {
        guard let input = node.inputs[0] else { return nil }
        let axes = addConstant(try Tensor(vector: [Int64(1), 2]), like: input)
        return try onFirstInput(ReduceMean(ReductionOptions()), node).map { ($0.operation, [$0.inputs[0], axes]) }
    }

    private mutating func resize(_ operation: Resize, _ node: Node) throws -> ChannelsLastNode? {
        guard var inputs = try onFirstInput(operation, node)?.inputs else { return nil }
        for (index, input) in inputs.enumerated().dropFirst() {
            guard let input else { continue }
            guard let constant = graph[input].constant else { return nil }
            if constant.count == 0 { continue }
            guard index > 1, constant.shape.dimensions == [4] else { return nil }
            inputs[index] = addConstant(try constant.taking(Self.toBack), like: input)
        }
        return (operation, inputs)
    }

    private mutating func pad(_ operation: Pad, _ node: Node) throws -> ChannelsLastNode? {
        guard node.inputs.count < 4 || node.inputs[3] == nil, let padsValue = node.inputs[1],
            let pads = graph[padsValue].constant, pads.shape.dimensions == [8],
            var inputs = try onFirstInput(operation, node)?.inputs
        else { return nil }
        inputs[1] = addConstant(try pads.taking(Self.toBack + Self.toBack.map { $0 + 4 }), like: padsValue)
        return (operation, inputs)
    }

    /// `operation` on the twin of the node's first input, and on its other inputs as they are.
    private mutating func onFirstInput(_ operation: any Operator, _ node: Node) throws -> ChannelsLastNode? {
        guard case let input?? = node.inputs.first, hasTwin(input) else { return nil }
        return (operation, [try twin(of: input, before: node.id)] + node.inputs.dropFirst())
    }

    /// Where axes of an image with channels first lie in its twin; nil for numbers that are no axes of an image.
    private static func moved(_ axes: [Int]) -> [Int]? {
        var result: [Int] = []
        for axis in axes {
            guard (-4..<4).contains(axis), let place = toBack.firstIndex(of: axis < 0 ? axis + 4 : axis) else {
                return nil
            }
            result.append(place)
        }
        return result
    }
}

extension ImageWindow {
    /// The window of a convolution of images; nil where its attributes are for another number of axes.
    init?(_ window: WindowAttributes, kernel: PixelPair) {
        let pads = window.autoPad == .valid ? [0, 0, 0, 0] : window.pads ?? [0, 0, 0, 0]
        let (strides, dilations) = (window.strides ?? [1, 1], window.dilations ?? [1, 1])
        guard pads.count == 4, strides.count == 2, dilations.count == 2,
            window.kernelShape ?? [kernel.y, kernel.x] == [kernel.y, kernel.x]
        else { return nil }
        self.init(
            kernel: kernel, strides: PixelPair(strides[0], strides[1]),
            dilations: PixelPair(dilations[0], dilations[1]), padBegin: PixelPair(pads[0], pads[1]),
            padEnd: PixelPair(pads[2], pads[3]))
    }
}

extension Tensor {
    /// The elements of a vector at `places`.
    ///
    /// - Throws: memory errors.
    fileprivate func taking(_ places: [Int]) throws -> Tensor {
        switch elementType {
        case .int64: try Tensor(vector: places.map { try elements(of: Int64.self)[$0] })
        case .float32: try Tensor(vector: places.map { try elements(of: Float.self)[$0] })
        default: throw OperatorError(.elementType, "the element type is \(elementType), expected int64 or float32")
        }
    }
}
