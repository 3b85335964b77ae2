import GRLGraph
import GRLOperators
import GRLOptimizer
import GRLTensor
import TestSupport

/// A graph before and after passes.
struct FusedGraph {
    let original: Graph
    let fused: Graph
    private let log: OptimizationLog

    /// - Throws: defects of the graphs, and what the passes throw.
    init(_ graph: Graph, _ passes: [any Pass]? = nil) throws {
        try graph.verify()
        original = graph
        var changed = graph
        log = try OptimizationPipeline(passes: passes ?? OptimizationStage.fused.passes, verifiesEachPass: true).run(
            on: &changed)
        fused = changed
    }

    /// The names of the operators that are left, in order.
    var operators: [String] { fused.nodes.map(\.operation.spec.name) }

    /// What the passes declined: the pass, the reason and the node of each.
    var declined: [String] { log.entries.filter { $0.kind == .declined }.map(\.description) }

    /// How far the outputs of both graphs are from each other for random inputs of these shapes.
    ///
    /// - Throws: what running them throws.
    func difference(_ shapes: [Int]...) throws -> Float {
        let inputs = try shapes.enumerated().map { try Self.noise($1, seed: UInt64($0 + 1)) }
        let expected = try Interpreter.run(original, inputs: inputs)
        let actual = try Interpreter.run(fused, inputs: inputs)
        return try zip(actual, expected).map { try Difference($0, $1).maximum }.max() ?? .infinity
    }

    /// A float32 tensor of reproducible numbers between -1 and 1.
    static func noise(_ dimensions: [Int], seed: UInt64) throws -> Tensor {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        let shape = try Shape(dimensions)
        return try Tensor(
            (0..<shape.count).map { _ -> Float in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(state >> 40) / Float(1 << 23) - 1
            }, shape: shape)
    }
}

extension GraphBuilder {
    /// A constant of reproducible noise.
    mutating func weights(_ dimensions: [Int], seed: UInt64 = 7) throws -> ValueID {
        constant("weights", try FusedGraph.noise(dimensions, seed: seed))
    }

    /// A constant vector of integers.
    mutating func integers(_ values: Int64...) throws -> ValueID { constant("integers", try Tensor(vector: values)) }

    /// A convolution that keeps the image's size.
    mutating func convolution(_ x: ValueID, _ input: Int, _ output: Int, kernel: Int = 3, seed: UInt64 = 1) throws
        -> ValueID
    {
        let filter = try weights([output, input, kernel, kernel], seed: seed)
        let bias = try weights([output], seed: seed + 100)
        let pads = AttributeValue.ints(Array(repeating: kernel / 2, count: 4))
        return try node("Conv", x, filter, bias, attributes: ["pads": pads])
    }

    /// A linear layer with its bias as a node of its own.
    mutating func linear(_ x: ValueID, _ input: Int, _ output: Int, seed: UInt64 = 1) throws -> ValueID {
        let product = try node("MatMul", x, try weights([input, output], seed: seed))
        return try node("Add", try weights([output], seed: seed + 100), product)
    }
}
