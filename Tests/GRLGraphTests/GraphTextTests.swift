import GRLGraph
import GRLTensor
import Testing

@Suite struct GraphTextTests {
    @Test func oneLineANode() throws {
        var graph = Graph(name: "net")
        let x = graph.addInput(
            "x", ValueDeclaration(elementType: .int64, dimensions: [.symbolic("N"), .fixed(2), .unknown]))
        let c = graph.addConstant("c", try int64s(1, 2))
        let sum = graph.addNode(Sum(), inputs: [x, c], output: "sum")
        let results = graph.addNode(Forward(label: "end"), inputs: [sum, nil], outputs: ["y", nil])
        graph.setOutputs([try #require(results[0]), sum])
        #expect(
            graph.description == """
                graph 'net'
                  input %x: int64[N, 2, ?]
                  constant %c: int64[2]
                  %sum = Sum {} (%x, %c)
                  %y, - = Forward {alpha: 0.5, label: "end"} (%sum, -)
                  return %y, %sum
                """)
    }

    @Test func undeclaredTypesAreMarked() {
        #expect(ValueDeclaration().description == "?[…]")
        #expect(ValueDeclaration(elementType: .bool, dimensions: []).description == "bool[]")
    }
}
