import GRLGraph
import GRLTensor
import Testing

@Suite struct NodeReaderTests {
    private enum Mode: String, CaseIterable { case constant, reflect }

    private func reader(_ attributes: [String: AttributeValue], inputs: [NodeReader.Input] = []) -> NodeReader {
        NodeReader(operatorName: "Pad", opset: 13, inputs: inputs, outputCount: 1, attributes: attributes)
    }

    @Test func readsEachKindOnce() throws {
        var node = reader([
            "i": .int(3), "f": .float(0.5), "s": .string("x"), "is": .ints([1, 2]), "fs": .floats([1.5]),
            "ss": .strings(["a"]), "t": .tensor(try int64s(1)), "b": .int(1), "mode": .string("reflect"),
        ])
        #expect(node.has("i"))
        #expect(try node.int("i") == 3)
        #expect(!node.has("i"))
        #expect(try node.int("i", default: -1) == -1)
        #expect(try node.float("f") == 0.5)
        #expect(try node.string("s") == "x")
        #expect(try node.ints("is") == [1, 2])
        #expect(try node.floats("fs") == [1.5])
        #expect(try node.strings("ss") == ["a"])
        #expect(try node.tensor("t")?.count == 1)
        #expect(try node.bool("b"))
        #expect(try node.choice("mode", default: Mode.constant) == .reflect)
        try node.finish()
    }

    @Test func absentAttributesHaveDefaults() throws {
        var node = reader([:])
        #expect(try node.int("i") == nil)
        #expect(try node.float("f", default: 2) == 2)
        #expect(try node.string("s", default: "d") == "d")
        #expect(try node.choice("mode", default: Mode.constant) == .constant)
        #expect(try !node.bool("b"))
        let error = #expect(throws: OperatorError.self) { try node.required("axis", try node.int("axis")) }
        #expect(error?.code == .attribute)
    }

    @Test func refusesAnotherKind() {
        var node = reader(["a": .float(1)])
        let error = #expect(throws: OperatorError.self) { try node.ints("a") }
        #expect(error?.code == .attribute)
        #expect(error?.message == "attribute a is of type float, expected ints")
    }

    @Test func refusesUnknownAttributesAndChoices() throws {
        var node = reader(["mode": .string("mirror"), "zeta": .int(1)])
        let choice = #expect(throws: OperatorError.self) { try node.choice("mode", default: Mode.constant) }
        #expect(choice?.code == .attributeValue)
        #expect(choice?.message.contains("constant, reflect") == true)
        let unread = #expect(throws: OperatorError.self) { try node.finish() }
        #expect(unread?.message == "Pad has no attribute zeta in opset 13")
        node.ignore("zeta")
        try node.finish()
    }

    @Test func attributesBecomeInputs() throws {
        var node = reader([:], inputs: [.absent])
        node.setInput(2, to: try int64s(1))
        #expect(node.inputs.count == 3)
        #expect(!node.hasInput(0))
        #expect(!node.hasInput(1))
        #expect(node.hasInput(2))
        #expect(!node.hasInput(3))
    }

    @Test func capturesBecomeInputs() throws {
        var outer = Graph(name: "outer")
        let x = outer.addInput("x", ValueDeclaration())
        let y = outer.addInput("y", ValueDeclaration())
        var node = reader(
            ["body": .graph(Subgraph(graph: Graph(name: "inner"), captures: [y, x]))], inputs: [.value(x)])
        let (graph, inputs) = try node.subgraph("body")
        #expect(graph.name == "inner")
        #expect(inputs == 1..<3)
        let ids = node.inputs.map { if case .value(let id) = $0 { id } else { ValueID?.none } }
        #expect(ids == [x, y, x])
        #expect(throws: OperatorError.self) { try node.subgraph("body") }
    }
}
