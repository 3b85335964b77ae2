import GRLGraph
import GRLTensor
import Testing

@Suite struct InterpreterTests {
    @Test func runsNodesInOrder() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let c = graph.addConstant("c", try int64s(10, 20))
        let sum = graph.addNode(Sum(), inputs: [x, c], output: "sum")
        let double = graph.addNode(Sum(), inputs: [sum, sum], output: "double")
        graph.setOutputs([double, x, c])
        let outputs = try Interpreter.run(graph, inputs: [int64s(1, 2)])
        #expect(try outputs.map { try $0.elements(of: Int64.self) } == [[22, 44], [1, 2], [10, 20]])
    }

    @Test func errorsNameTheNode() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        graph.setOutputs([graph.addNode(Sum(), name: "add", inputs: [x, x], output: "y")])
        let error = #expect(throws: NodeError.self) {
            try Interpreter.run(graph, inputs: [Tensor(vector: [1, 2] as [Float])])
        }
        #expect(error?.node.name == "add")
        #expect((error?.cause as? TensorError)?.code == .elementType)
    }

    @Test func missingInputsAndOutputsAreErrors() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let results = graph.addNode(Forward(), inputs: [x], outputs: ["y", "z"])
        graph.setOutputs(results.compactMap { $0 })
        let noInput = #expect(throws: NodeError.self) { try Interpreter.run(graph, inputs: [nil]) }
        #expect((noInput?.cause as? OperatorError)?.code == .arity)
        let noOutput = #expect(throws: NodeError.self) { try Interpreter.run(graph, inputs: [int64s(1)]) }
        #expect((noOutput?.cause as? OperatorError)?.code == .arity)

        var passing = Graph(name: "p")
        passing.setOutputs([passing.addInput("x", ValueDeclaration())])
        #expect(throws: OperatorError.self) { try Interpreter.run(passing, inputs: [nil]) }
    }

    @Test func memoryComesFromTheAllocator() throws {
        let tiny = TensorAllocator(limit: 64)
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        graph.setOutputs([graph.addNode(Grow(), inputs: [x], output: "y")])
        let small = try Interpreter.run(graph, inputs: [int64s(1, 2)], allocator: tiny)
        #expect(small.first?.shape.dimensions == [2, 4])
        let error = #expect(throws: NodeError.self) {
            try Interpreter.run(graph, inputs: [int64s(1, 2, 3)], allocator: tiny)
        }
        #expect((error?.cause as? TensorError)?.code == .memoryBudget)
    }

    @Test func runsSubgraphs() throws {
        var inner = Graph(name: "inner")
        let a = inner.addInput("a", ValueDeclaration())
        inner.setOutputs([inner.addNode(Sum(), inputs: [a, a], output: "b")])
        var graph = Graph(name: "outer")
        let x = graph.addInput("x", ValueDeclaration())
        graph.setOutputs([graph.addNode(Call(body: inner), inputs: [x], output: "y")])
        let outputs = try Interpreter.run(graph, inputs: [int64s(4)])
        #expect(try outputs.first?.elements(of: Int64.self) == [8])
    }
}

/// Four undefined copies of its input, along a new last axis.
private struct Grow: Operator {
    static let spec = OperatorSpec("Grow", inputs: 1...1)

    init() {}
    init(_ node: inout NodeReader) {}

    func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        return [try TensorType(input.elementType, input.shape.dimensions + [4])]
    }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        try infer(context.inferenceContext).compactMap { $0 }.map { try context.allocate($0) }
    }
}

/// Runs a graph on its input.
private struct Call: Operator {
    static let spec = OperatorSpec("Call", inputs: 1...1)

    let body: Graph

    init(body: Graph) {
        self.body = body
    }

    init(_ node: inout NodeReader) throws {
        body = try node.subgraph("body").graph
    }

    func infer(_ context: InferenceContext) throws -> [TensorType?] { [nil] }

    func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        try context.runSubgraph(body, context.inputs)
    }
}
