import GRLGraph
import GRLOptimizer
import GRLTensor
import TestSupport
import Testing

@Suite struct PassTests {
    /// Runs `pass` on `graph`, verifies the result and returns it with the log.
    private func rewritten(_ graph: Graph, by pass: some Pass) throws -> (graph: Graph, log: OptimizationLog) {
        var graph = graph
        var log = OptimizationLog()
        try graph.verify()
        try pass.run(on: &graph, log: &log)
        try graph.verify()
        return (graph, log)
    }

    private func names(_ graph: Graph) -> [String] { graph.nodes.map(\.operation.spec.name) }

    private func floats(_ values: Float...) throws -> Tensor { try Tensor(vector: values) }

    @Test func identityIsReadThrough() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let copy = try builder.node("Identity", x)
        let second = try builder.node("Identity", copy)
        let sum = try builder.node("Add", second, copy)
        builder.output(sum)
        let (graph, log) = try rewritten(builder.graph, by: EliminateIdentity())
        #expect(names(graph) == ["Add"])
        #expect(graph.nodes.first { _ in true }?.inputs == [x, x])
        #expect(log.entries.map(\.kind) == [.applied])
    }

    @Test func identityThatIsAnOutputStays() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        builder.output(try builder.node("Identity", x))
        #expect(names(try rewritten(builder.graph, by: EliminateIdentity()).graph) == ["Identity"])
    }

    @Test func deadNodesAndConstantsGo() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let used = builder.constant("used", try floats(1, 2))
        let unused = builder.constant("unused", try floats(3, 4))
        let dead = try builder.node("Add", x, unused)
        _ = try builder.node("Relu", dead)
        builder.output(try builder.node("Add", x, used))
        let graph = try rewritten(builder.graph, by: EliminateDeadNodes()).graph
        #expect(names(graph) == ["Add"])
        #expect(graph.value(named: "unused") == nil)
        #expect(graph.value(named: "used") != nil)
    }

    @Test func constantsFoldThroughChains() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let one = builder.constant("one", try floats(1, 2))
        let sum = try builder.node("Add", one, one)
        let relu = try builder.node("Relu", sum)
        builder.output(try builder.node("Mul", x, relu))
        let graph = try rewritten(builder.graph, by: FoldConstants()).graph
        #expect(names(graph) == ["Mul"])
        let operand = try #require(graph.nodes.first { _ in true }?.inputs.last.flatMap { $0 })
        #expect(try graph[operand].constant?.elements(of: Float.self) == [2, 4])
        #expect(graph.value(named: "one") == nil)
    }

    /// A table that two layers of 3 rows of coordinates make, added to an input.
    private func tableNetwork() throws -> Graph {
        var builder = GraphBuilder()
        let x = builder.input("x", [3, 2])
        let rows = builder.constant("rows", try Tensor([0, 1, -2, 0.5, 3, -1] as [Float], shape: Shape([3, 2])))
        let first = builder.constant(
            "first", try Tensor([1, -1, 2, 0, 0.5, 1, -1, 3] as [Float], shape: Shape([2, 4])))
        let bias = builder.constant("bias", try floats(0.5, -0.5, 0, 1))
        let second = builder.constant(
            "second", try Tensor([1, 0, 2, -1, 0, 1, 1, 1] as [Float], shape: Shape([4, 2])))
        let hidden = try builder.node("Relu", builder.node("Add", builder.node("MatMul", rows, first), bias))
        builder.output(try builder.node("Add", x, builder.node("MatMul", hidden, second)))
        return builder.graph
    }

    @Test func networksThatMakeTablesAreComputedOrLeft() throws {
        let graph = try tableNetwork()
        let left = try rewritten(graph, by: FoldConstants(foldsTableNetworks: false)).graph
        #expect(names(left) == ["MatMul", "Add", "Relu", "MatMul", "Add"])
        let folded = try rewritten(left, by: FoldConstants()).graph
        #expect(names(folded) == ["Add"])
        let zeros = try Tensor([Float](repeating: 0, count: 6), shape: Shape([3, 2]))
        let tables = try [graph, folded].map { try Interpreter.run($0, inputs: [zeros])[0].elements(of: Float.self) }
        #expect(zip(tables[0], tables[1]).allSatisfy { abs($0 - $1) <= 1e-6 * max(1, abs($0)) })
        #expect(tables[0].contains { $0 != 0 })
    }

    @Test func largeResultsAreNotFoldedAndTheReasonIsLogged() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [1])
        let one = builder.constant("one", try Tensor([Float(1)], shape: Shape([1])))
        let shape = builder.constant("shape", try Tensor(vector: [Int64(1 << 20), 4096, 4096]))
        let large = try builder.node("Expand", one, shape)
        builder.output(try builder.node("Add", x, large))
        let (graph, log) = try rewritten(builder.graph, by: FoldConstants())
        #expect(names(graph) == ["Expand", "Add"])
        #expect(log.entries.contains { $0.kind == .declined && $0.node == "Expand" })
    }

    @Test func failingConstantNodeIsATypedError() throws {
        var builder = GraphBuilder()
        let a = builder.constant("a", try floats(1, 2))
        let b = builder.constant("b", try floats(1, 2, 3))
        let sum = try builder.node("Add", a, b)
        let x = builder.input("x", [2])
        builder.output(try builder.node("Add", sum, x))
        var graph = builder.graph
        #expect(throws: OptimizationError.self) { try OptimizationPipeline.through(.simplified).run(on: &graph) }
    }

    @Test func equalNodesAreShared() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let a = builder.constant("a", try floats(1, 2))
        let b = builder.constant("b", try floats(1, 2))
        let first = try builder.node("Add", x, a)
        let second = try builder.node("Add", x, b)
        let leaky = try builder.node("LeakyRelu", first, attributes: ["alpha": .float(0.1)])
        let other = try builder.node("LeakyRelu", second, attributes: ["alpha": .float(0.2)])
        builder.output(try builder.node("Mul", leaky, other))
        let graph = try rewritten(builder.graph, by: EliminateCommonSubexpressions()).graph
        #expect(names(graph) == ["Add", "LeakyRelu", "LeakyRelu", "Mul"])
    }

    /// `16 · sigmoid(transpose(table[indices]))` and its graph; `reads` adds a second reader of the gathered rows.
    private func gatheredTable(secondReader: Bool = false) throws -> Graph {
        var builder = GraphBuilder()
        let x = builder.input("x", [3, 2])
        let table = builder.constant("table", try Tensor([Float(1), -2, 3, -4], shape: Shape([2, 2])))
        let indices = builder.constant("indices", try Tensor(vector: [Int64(1), 0, 1]))
        let rows = try builder.node("Gather", table, indices, attributes: ["axis": .int(1)])
        let turned = try builder.node("Transpose", rows, attributes: ["perm": .ints([1, 0])])
        let sigmoid = try builder.node("Sigmoid", turned)
        let sixteen = builder.constant("sixteen", try Tensor(scalar: Float(16)))
        let bias = try builder.node("Mul", sixteen, sigmoid)
        let sum = try builder.node("Add", x, bias)
        builder.output(secondReader ? try builder.node("Add", sum, turned) : sum)
        return builder.graph
    }

    @Test func functionsMoveInFrontOfGathers() throws {
        let graph = try gatheredTable()
        let hoisted = try rewritten(graph, by: HoistPointwise()).graph
        #expect(names(hoisted) == ["Sigmoid", "Mul", "Gather", "Transpose", "Add"])
        let folded = try rewritten(hoisted, by: FoldConstants(growthLimit: 0)).graph
        #expect(names(folded) == ["Add"])
        let input = try Tensor([Float](repeating: 1, count: 6), shape: Shape([3, 2]))
        let expected = try Interpreter.run(graph, inputs: [input])[0].elements(of: Float.self)
        #expect(try Interpreter.run(folded, inputs: [input])[0].elements(of: Float.self) == expected)
    }

    @Test func rearrangedValuesWithOtherReadersStay() throws {
        let graph = try gatheredTable(secondReader: true)
        let (hoisted, log) = try rewritten(graph, by: HoistPointwise())
        #expect(names(hoisted) == names(graph))
        #expect(log.entries.isEmpty)
    }

    /// A factor of shape [1] gives the picked number, which has rank 0, a dimension.
    @Test func functionsThatChangeTheRankStay() throws {
        var builder = GraphBuilder()
        let index = builder.input("index", [], .int64)
        let table = builder.constant("table", try floats(1, 2, 3))
        let picked = try builder.node("Gather", table, index)
        builder.output(try builder.node("Mul", picked, builder.constant("factor", try floats(2))))
        let hoisted = try rewritten(builder.graph, by: HoistPointwise()).graph
        let output = try Interpreter.run(hoisted, inputs: [Tensor(scalar: Int64(1))])[0]
        #expect(output.shape == (try Shape([1])))
        #expect(try output.elements(of: Float.self) == [4])
    }

    @Test func functionsOfTwoTensorsStay() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [2])
        let table = builder.constant("table", try floats(1, 2))
        let factors = builder.constant("factors", try floats(3, 4))
        let indices = builder.constant("indices", try Tensor(vector: [Int64(1), 0]))
        let rows = try builder.node("Gather", table, indices)
        builder.output(try builder.node("Add", x, try builder.node("Mul", rows, factors)))
        #expect(names(try rewritten(builder.graph, by: HoistPointwise()).graph) == ["Gather", "Mul", "Add"])
    }

    @Test func theWholePipelineKeepsWhatIsComputed() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, 3])
        let weight = builder.constant("w", try floats(1, -2, 3))
        let identity = try builder.node("Identity", x)
        let folded = try builder.node("Mul", weight, weight)
        let sum = try builder.node("Add", identity, folded)
        let again = try builder.node("Add", x, folded)
        builder.output(try builder.node("Mul", sum, again))
        var graph = builder.graph
        let input = try Tensor([Float(1), 2, 3, 4, 5, 6], shape: Shape([2, 3]))
        let expected = try Interpreter.run(graph, inputs: [input])[0].elements(of: Float.self)
        _ = try OptimizationPipeline.through(.simplified, verifiesEachPass: true).run(on: &graph)
        #expect(names(graph) == ["Add", "Mul"])
        #expect(try Interpreter.run(graph, inputs: [input])[0].elements(of: Float.self) == expected)
    }
}
