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
    let dynamic: Set<ValueID>
    /// The lifted graph so far.
    var lifted: Graph
    /// Whether the lifted graph stays at the sample size, so that nodes may be left in it as they were exported.
    let keepsSize: Bool
    /// Nodes that were not lifted, with reasons.
    private(set) var refusals: [(node: Node, refusal: Refusal)] = []
    private(set) var images: [LiftedImage] = []
    /// Additions to softmaxes that were found right, so that what layers share is checked once.
    var checkedMasks: [RegionMaskCheck: Float] = [:]
    /// Where the elements of gathered biases stand, by how they are gathered.
    var gatheredPlaces: [GatheredTable.Movement: Tensor] = [:]
    /// What computes tables in the lifted graph: values of the graph, equal constants, and where elements stand.
    var copies: [ValueID: ValueID] = [:]
    var constantCopies: [ConstantContent: ValueID] = [:]
    var indexCopies: [GatheredTable.Movement: ValueID] = [:]
    var padding: ImagePadding
    var values: [ValueID: LiftedValue] = [:]
    /// What refused nodes compute.
    private var kept: Set<ValueID> = []
    /// Values of the lifted graph with the shapes that the export gave them.
    var plainValues: [ValueID: ValueID] = [:]

    /// - Parameters:
    ///   - graph: a graph with one input, an image `[B, C, H, W]`.
    ///   - sample: the input's type at the sample size.
    ///   - keepsSize: whether the lifted graph runs at the sample size only.
    /// - Throws: a ``NodeError`` when the graph does not accept it, a ``Refusal`` when it is no image network.
    init(_ graph: Graph, sample: TensorType, keepsSize: Bool = false) throws {
        guard graph.inputs.count == 1, graph.outputs.count == 1, let input = graph.inputs.first, sample.shape.rank == 4
        else { throw Refusal("the network is not one from one image to one image") }
        self.graph = graph
        self.keepsSize = keepsSize
        facts = try TypeInference.run(graph, inputs: [ValueFact(type: sample)])
        dynamic = Self.dynamicValues(graph, facts)
        lifted = Graph(name: graph.name)
        lifted.metadata = graph.metadata
        let dimensions: [Dimension] =
            keepsSize
            ? sample.shape.dimensions.map { .fixed($0) }
            : [.symbolic("batch"), .fixed(sample.shape[1]), .symbolic("height"), .symbolic("width")]
        let source = lifted.addInput(
            graph[input].name, ValueDeclaration(elementType: sample.elementType, dimensions: dimensions))
        padding = ImagePadding(
            input: source, height: sample.shape[2], width: sample.shape[3], isCounted: !keepsSize)
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
        let padsItself = try graph.nodes.contains { try isInputPadding($0) }
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
                let isCause = !node.inputs.contains { $0.map(kept.contains) ?? false }
                refusals.append((node, isCause ? refusal : .consequence))
                for case let output? in node.outputs { kept.insert(output) }
                try keep(node)
            }
        }
    }

    private mutating func lift(_ node: Node) throws -> [LiftedValue] {
        if let operation = node.operation as? any LiftableOperator { return try operation.lift(node, &self) }
        if node.operation is any PointwiseOperator { return try liftPointwise(node) }
        throw Refusal("\(node.operation.spec.name) has no form that is free of sizes")
    }

    // Asking.

    /// What a value has become.
    func value(_ id: ValueID) -> LiftedValue { values[id] ?? .constant }

    /// What input `index` of a node has become; values that were kept count as images where their shape tells how.
    ///
    /// - Throws: a ``Refusal`` when the input is left out.
    mutating func operand(_ node: Node, _ index: Int) throws -> LiftedValue {
        let id = try input(node, index)
        if case .plain(let kept) = value(id), let view = try image(ofKept: kept, shape: shape(of: id)) {
            values[id] = .image(view)
        }
        return value(id)
    }

    /// - Throws: a ``Refusal`` when the input is left out.
    func input(_ node: Node, _ index: Int) throws -> ValueID {
        guard node.inputs.indices.contains(index), let input = node.inputs[index] else {
            throw Refusal("input \(index) is missing")
        }
        return input
    }

    /// Input `index` as a rearranged image; values that were kept count where their shape may be that of an image.
    mutating func view(_ node: Node, _ index: Int) throws -> ImageView {
        switch try operand(node, index) {
        case .image(let view): return view
        case .plain(let kept):
            let shape = try shape(of: input(node, index))
            guard shape.count == 4 else { throw Refusal.consequence }
            let extents = [shape[0], shape[2], shape[3], shape[1]]
            let image = addImage(LiftedImage(extents: extents, channelsFirst: kept))
            return plainView(image)
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
        if let network = try? TableNetwork(endingAt: node, in: graph), let table = try? network.table() { return table }
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
        let result = lifted.addNode(
            operation, name: node.name, inputs: inputs, output: name, origins: node.origins)
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
