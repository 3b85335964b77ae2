import GRLGraph
import GRLOperators
import GRLTensor

/// Walks a graph at one sample size and builds the lifted graph beside it.
///
/// Every value of the graph is followed as a ``LiftedValue``. Movements of data add no nodes, they change arrangements;
/// an operator that computes checks what its operands' arrangements mean and adds the size-free operator. A node whose
/// meaning does not carry over stays as it is, on values brought back to the shapes they had.
struct Lifter {
    /// The graph that is lifted.
    let graph: Graph
    /// What is known of its values at the sample size.
    let facts: [ValueID: ValueFact]
    /// Values that depend on the input's elements.
    private let dynamic: Set<ValueID>
    /// The lifted graph so far.
    var lifted: Graph
    /// Nodes that were not lifted, with reasons.
    private(set) var refusals: [(node: Node, reason: String)] = []
    private(set) var images: [LiftedImage] = []
    /// Additions to softmaxes that were found right, so that what layers share is checked once.
    var checkedMasks: [RegionMaskCheck: Float] = [:]
    /// Where the elements of gathered biases stand, by how they are gathered.
    var gatheredPlaces: [GatheredTable.Movement: Tensor] = [:]
    var padding: ImagePadding
    private var values: [ValueID: LiftedValue] = [:]
    private var plainValues: [ValueID: ValueID] = [:]

    /// - Parameters:
    ///   - graph: a graph with one input, an image `[B, C, H, W]`.
    ///   - sample: the input's type at the sample size.
    /// - Throws: a ``NodeError`` when the graph does not accept it, a ``Refusal`` when it is no image network.
    init(_ graph: Graph, sample: TensorType) throws {
        guard graph.inputs.count == 1, graph.outputs.count == 1, let input = graph.inputs.first, sample.shape.rank == 4
        else { throw Refusal("the network is not one from one image to one image") }
        self.graph = graph
        facts = try TypeInference.run(graph, inputs: [ValueFact(type: sample)])
        dynamic = Self.dynamicValues(graph, facts)
        lifted = Graph(name: graph.name)
        let dimensions: [Dimension] = [
            .symbolic("batch"), .fixed(sample.shape[1]), .symbolic("height"), .symbolic("width"),
        ]
        let source = lifted.addInput(
            graph[input].name, ValueDeclaration(elementType: sample.elementType, dimensions: dimensions))
        padding = ImagePadding(input: source, height: sample.shape[2], width: sample.shape[3])
        let extents = [sample.shape[0], sample.shape[2], sample.shape[3], sample.shape[1]]
        let image = addImage(LiftedImage(extents: extents, channelsFirst: source))
        values[input] = .image(ImageView(image: image, arrangement: Arrangement(source: extents, order: [0, 3, 1, 2])))
    }

    private static func dynamicValues(_ graph: Graph, _ facts: [ValueID: ValueFact]) -> Set<ValueID> {
        var dynamic = Set(graph.inputs)
        for node in graph.nodes {
            let reads = node.inputs.contains { $0.map(dynamic.contains) ?? false }
            for case let output? in node.outputs where reads && facts[output]?.constant == nil {
                dynamic.insert(output)
            }
        }
        return dynamic
    }

    /// Pads the input, where the network does not do it by itself: holds a place for that behind the input.
    mutating func padInput() throws {
        let padsItself = try graph.nodes.contains { node in
            guard node.operation is Pad, let input = node.inputs.first, let input, facts[input]?.type.shape.rank == 4,
                try shape(of: input)[2...] == [padding.height, padding.width]
            else { return false }
            return try integers(node, 1)?.prefix(6).allSatisfy { $0 == 0 } ?? false
        }
        guard !padsItself, let input = graph.inputs.first else { return }
        let padded = try addPadding(
            behind: padding.input, name: "pad", extents: images[0].extents)
        values[input] = .image(plainView(padded))
    }

    // Walking.

    /// Lifts every node.
    ///
    /// - Throws: what keeping a node throws.
    mutating func run() throws {
        for node in Array(graph.nodes) {
            guard node.outputs.contains(where: { $0.map(dynamic.contains) ?? false }) else { continue }
            do {
                let results = try lift(node)
                for (output, result) in zip(node.outputs, results) {
                    if let output { values[output] = result }
                }
            } catch let refusal as Refusal {
                refusals.append((node, refusal.reason))
                try keep(node)
            }
        }
    }

    private mutating func lift(_ node: Node) throws -> [LiftedValue] {
        if let operation = node.operation as? any LiftableOperator { return try operation.lift(node, &self) }
        if node.operation is any PointwiseOperator { return try liftPointwise(node) }
        throw Refusal("\(node.operation.spec.name) has no form that is free of sizes")
    }

    /// Adds the node as it is.
    private mutating func keep(_ node: Node) throws {
        let inputs = try node.inputs.map { try $0.map { try plain($0) } }
        let outputs = lifted.addNode(
            node.operation, name: node.name, inputs: inputs, outputs: node.outputs.map { $0.map { graph[$0].name } })
        for (output, result) in zip(node.outputs, outputs) {
            guard let output, let result else { continue }
            values[output] = .plain(result)
            plainValues[output] = result
        }
    }

    /// The value with the shape it had.
    mutating func plain(_ value: ValueID) throws -> ValueID {
        if let known = plainValues[value] { return known }
        let result = try makePlain(value)
        plainValues[value] = result
        return result
    }

    private mutating func makePlain(_ value: ValueID) throws -> ValueID {
        switch values[value] ?? .constant {
        case .plain(let result): return result
        case .constant:
            return lifted.addConstant(graph[value].name, try constant(value))
        case .image(let view):
            if let result = try plain(view, shape: shape(of: value)) { return result }
        case .scores, .probabilities, .uneven: break
        }
        guard let node = graph.producer(of: value) else { throw Refusal("'\(graph[value].name)' cannot be kept") }
        let inputs = try node.inputs.map { try $0.map { try plain($0) } }
        let outputs = lifted.addNode(
            node.operation, name: node.name, inputs: inputs, outputs: node.outputs.map { $0.map { graph[$0].name } })
        guard let index = node.outputs.firstIndex(of: value), let result = outputs[index] else {
            throw Refusal("'\(graph[value].name)' cannot be kept")
        }
        return result
    }

    /// The view under a shape of fixed size, where it is the image in one of the two layouts; else nil.
    private mutating func plain(_ view: ImageView, shape: [Int]) throws -> ValueID? {
        let arrangement = view.arrangement
        guard view.factor == 1, view.normEpsilon == nil, arrangement.isBijection,
            arrangement.origin.allSatisfy({ $0 == 0 })
        else { return nil }
        let order = arrangement.reshaped(to: [Arrangement.extent(arrangement.digits)])
        let isLast =
            order
            == Arrangement(source: arrangement.source, order: [0, 1, 2, 3]).reshaped(to: [
                arrangement.source.reduce(1, *)
            ])
        let isFirst =
            order
            == Arrangement(source: arrangement.source, order: [0, 3, 1, 2]).reshaped(to: [
                arrangement.source.reduce(1, *)
            ])
        guard isLast || isFirst else { return nil }
        let source = isLast ? channelsLast(view.image) : channelsFirst(view.image)
        let e = arrangement.source
        guard shape != (isLast ? e : [e[0], e[3], e[1], e[2]]) else { return source }
        let target = lifted.addConstant("shape", try Tensor(vector: shape.map { Int64($0) }))
        return lifted.addNode(Reshape(), inputs: [source, target], output: lifted[source].name)
    }

    // Asking.

    /// What a value has become.
    func value(_ id: ValueID) -> LiftedValue { values[id] ?? .constant }

    /// What input `index` of a node has become.
    ///
    /// - Throws: a ``Refusal`` when the input is left out.
    func operand(_ node: Node, _ index: Int) throws -> LiftedValue { value(try input(node, index)) }

    /// - Throws: a ``Refusal`` when the input is left out.
    func input(_ node: Node, _ index: Int) throws -> ValueID {
        guard node.inputs.indices.contains(index), let input = node.inputs[index] else {
            throw Refusal("input \(index) is missing")
        }
        return input
    }

    /// Input `index` as a rearranged image; values that were kept count where they are `[B, C, H, W]`.
    mutating func view(_ node: Node, _ index: Int) throws -> ImageView {
        let id = try input(node, index)
        switch value(id) {
        case .image(let view): return view
        case .plain(let plain):
            let shape = try shape(of: id)
            guard shape.count == 4 else { throw Refusal("input \(index) was not lifted") }
            let extents = [shape[0], shape[2], shape[3], shape[1]]
            let image = addImage(LiftedImage(extents: extents, channelsFirst: plain))
            let view = ImageView(image: image, arrangement: Arrangement(source: extents, order: [0, 3, 1, 2]))
            values[id] = .image(view)
            return view
        case .constant: throw Refusal("input \(index) is constant")
        case .scores, .probabilities: throw Refusal("products of queries and keys are read outside a softmax")
        case .uneven: throw Refusal("an axis is cut across the image's rows and columns")
        }
    }

    /// The dimensions of a value at the sample size.
    func shape(of value: ValueID) throws -> [Int] {
        guard let fact = facts[value] else { throw Refusal("the shape of '\(graph[value].name)' depends on the image") }
        return fact.type.shape.dimensions
    }

    /// The dimensions of a node's outputs.
    func outputShapes(_ node: Node) throws -> [[Int]] {
        try node.outputs.map { output in
            guard let output else { throw Refusal("an output is left out") }
            return try shape(of: output)
        }
    }

    /// The elements of a constant, computed where they are not stored.
    ///
    /// - Throws: a ``Refusal`` when the value is not constant or its computation fails.
    func constant(_ value: ValueID) throws -> Tensor {
        var computed: [ValueID: Tensor] = [:]
        return try constant(value, &computed)
    }

    private func constant(_ value: ValueID, _ computed: inout [ValueID: Tensor]) throws -> Tensor {
        if let known = graph[value].constant ?? facts[value]?.constant ?? computed[value] { return known }
        guard !dynamic.contains(value), let node = graph.producer(of: value) else {
            throw Refusal("'\(graph[value].name)' is not constant")
        }
        var inputs: [Tensor?] = []
        for input in node.inputs { inputs.append(try input.map { try constant($0, &computed) }) }
        do {
            let results = try Interpreter.evaluate(node, inputs, Tensor.sharedAllocator, accelerates: true)
            for (output, result) in zip(node.outputs, results) {
                if let output { computed[output] = result }
            }
        } catch {
            throw Refusal("'\(graph[value].name)' cannot be computed: \(error)")
        }
        guard let result = computed[value] else { throw Refusal("'\(graph[value].name)' is not computed") }
        return result
    }

    /// The integers of a constant input; nil where it is left out.
    func integers(_ node: Node, _ index: Int) throws -> [Int]? {
        guard node.inputs.indices.contains(index), let input = node.inputs[index] else { return nil }
        return try constant(input).integers()
    }

    /// What inference sees of a node.
    func inferenceContext(_ node: Node) -> InferenceContext {
        InferenceContext(
            types: node.inputs.map { $0.flatMap { facts[$0]?.type } },
            constants: node.inputs.map { $0.flatMap { graph[$0].constant ?? facts[$0]?.constant } },
            outputCount: node.outputs.count)
    }

    // Building.

    mutating func addImage(_ image: LiftedImage) -> Int {
        images.append(image)
        return images.count - 1
    }

    /// The image as `[B, C, H, W]`.
    mutating func channelsFirst(_ image: Int) -> ValueID {
        if let value = images[image].channelsFirst { return value }
        let value = transposed(images[image].channelsLast, [0, 3, 1, 2])
        images[image].channelsFirst = value
        return value
    }

    /// The image as `[B, H, W, C]`.
    mutating func channelsLast(_ image: Int) -> ValueID {
        if let value = images[image].channelsLast { return value }
        let value = transposed(images[image].channelsFirst, [0, 2, 3, 1])
        images[image].channelsLast = value
        return value
    }

    private mutating func transposed(_ source: ValueID?, _ order: [Int]) -> ValueID {
        lifted.addNode(
            Transpose(permutation: order), inputs: [source], output: source.map { lifted[$0].name } ?? "")
    }

    /// Adds a node that gives an image, under the name of the first output of `node`.
    mutating func emit(
        _ operation: any Operator, for node: Node, inputs: [ValueID?], extents: [Int], layout: MemoryLayoutOrder
    ) -> Int {
        let name = node.outputs.first.flatMap { $0 }.map { graph[$0].name } ?? ""
        let result = lifted.addNode(operation, name: node.name, inputs: inputs, output: name)
        return addImage(
            layout == .channelsFirst
                ? LiftedImage(extents: extents, channelsFirst: result)
                : LiftedImage(extents: extents, channelsLast: result))
    }

    mutating func value(_ image: Int, _ layout: MemoryLayoutOrder) -> ValueID {
        layout == .channelsFirst ? channelsFirst(image) : channelsLast(image)
    }

    /// The constant, under a name near that of `node`'s.
    mutating func addConstant(_ tensor: Tensor, for node: Node, _ role: String) -> ValueID {
        lifted.addConstant("\(node.name.isEmpty ? node.operation.spec.name : node.name).\(role)", tensor)
    }
}

/// In which order an image's axes lie in memory.
enum MemoryLayoutOrder {
    case channelsFirst
    case channelsLast
}
