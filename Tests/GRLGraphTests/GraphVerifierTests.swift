import GRLGraph
import GRLTensor
import Testing

@Suite struct GraphVerifierTests {
    @Test func tooFewInputs() throws {
        try expectDefect("has 1 inputs") { graph, x, _ in
            graph.setOutputs([graph.addNode(Sum(), inputs: [x], output: "y")])
        }
    }

    @Test func tooManyOutputs() throws {
        try expectDefect("2 outputs") { graph, x, _ in graph.addNode(Sum(), inputs: [x, x], outputs: ["y", "z"]) }
    }

    @Test func readsAnErasedValue() throws {
        try expectDefect("reads an erased value") { graph, x, constant in
            graph.eraseUnusedConstants()
            graph.addNode(Sum(), inputs: [x, constant], outputs: ["y"])
        }
    }

    @Test func erasesAValueThatIsRead() throws {
        try expectDefect("reads an erased value") { graph, x, _ in
            let y = graph.addNode(Forward(), inputs: [x], output: "y")
            graph.addNode(Forward(), inputs: [y], outputs: ["z"])
            graph.erase([try #require(graph.producer(of: y)).id])
        }
    }

    @Test func readsBeforeItIsComputed() throws {
        try expectDefect("reads 'b' before it is computed") { graph, x, _ in
            let a = graph.addNode(Forward(), inputs: [x], output: "a")
            let first = try #require(graph.producer(of: a)).id
            let b = graph.addNode(Forward(), inputs: [x], output: "b")
            graph.addNode(Forward(), inputs: [b], outputs: ["c"], before: first)
        }
    }

    @Test func returnsAnErasedValue() throws {
        try expectDefect("an output is never computed") { graph, x, _ in
            let y = graph.addNode(Forward(), inputs: [x], output: "y")
            graph.setOutputs([y])
            graph.erase([try #require(graph.producer(of: y)).id])
        }
    }

    /// Expects that a graph with an input and an unused constant is found defective after `damage`.
    private func expectDefect(
        _ text: String, _ damage: (inout Graph, _ input: ValueID, _ constant: ValueID) throws -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let constant = graph.addConstant("c", try int64s(1))
        try graph.verify()
        try damage(&graph, x, constant)
        let defect = #expect(throws: GraphDefect.self, sourceLocation: sourceLocation) { try graph.verify() }
        #expect(defect?.description.contains(text) == true, sourceLocation: sourceLocation)
    }
}
