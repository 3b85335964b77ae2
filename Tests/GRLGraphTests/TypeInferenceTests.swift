import GRLGraph
import GRLTensor
import Testing

@Suite struct TypeInferenceTests {
    /// x → Dimensions → + 1 → Zeros: the type of the last follows from the shape of the first.
    private func shapeArithmetic() throws -> (graph: Graph, sizes: ValueID, zeros: ValueID) {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let one = graph.addConstant("one", try int64s(1, 1))
        let dimensions = graph.addNode(Dimensions(), inputs: [x], output: "dimensions")
        let sizes = graph.addNode(Sum(), inputs: [dimensions, one], output: "sizes")
        let zeros = graph.addNode(Zeros(), name: "fill", inputs: [sizes], output: "zeros")
        graph.setOutputs([zeros])
        return (graph, sizes, zeros)
    }

    @Test func valuesFollowFromShapes() throws {
        let (graph, sizes, zeros) = try shapeArithmetic()
        let input = ValueFact(type: try TensorType(.float32, [4, 6]))
        let facts = try TypeInference.run(graph, inputs: [input])
        #expect(try facts[sizes]?.constant?.elements(of: Int64.self) == [5, 7])
        #expect(facts[zeros]?.type == (try TensorType(.int64, [5, 7])))
    }

    @Test func everyInputShapeIsInferredAnew() throws {
        let (graph, _, zeros) = try shapeArithmetic()
        for size in [1, 9] {
            let facts = try TypeInference.run(graph, inputs: [ValueFact(type: try TensorType(.float32, [size, size]))])
            #expect(facts[zeros]?.type.shape.dimensions == [size + 1, size + 1])
        }
    }

    @Test func typesThatDependOnDataAreLeftOut() throws {
        var graph = Graph(name: "g")
        let x = graph.addInput("x", ValueDeclaration())
        let zeros = graph.addNode(Zeros(), inputs: [x], output: "zeros")
        let after = graph.addNode(Forward(), inputs: [zeros], output: "after")
        let known = graph.addNode(Forward(), inputs: [x], output: "known")
        let type = try TensorType(.int64, [2])
        let facts = try TypeInference.run(graph, inputs: [ValueFact(type: type)])
        #expect(facts[zeros] == nil)
        #expect(facts[after] == nil)
        #expect(facts[known]?.type == type)
        #expect(facts[known]?.constant == nil)
    }

    @Test func nothingFollowsFromAnUnknownInput() throws {
        let (graph, sizes, zeros) = try shapeArithmetic()
        let facts = try TypeInference.run(graph, inputs: [nil])
        #expect(facts[sizes] == nil)
        #expect(facts[zeros] == nil)
    }

    @Test func largeValuesAreNotComputed() throws {
        var graph = Graph(name: "g")
        let sizes = graph.addConstant("sizes", try int64s(1 << 20, 1 << 10))
        let zeros = graph.addNode(Zeros(), inputs: [sizes], output: "zeros")
        let facts = try TypeInference.run(graph, inputs: [])
        #expect(facts[zeros]?.type.shape.count == 1 << 30)
        #expect(facts[zeros]?.constant == nil)
    }

    @Test func operatorsNobodyKnowsHaveNoType() throws {
        var graph = Graph(name: "g")
        let c = graph.addConstant("c", try int64s(1))
        let unknown = UnsupportedOperator(name: "Mystery", domain: "", version: 3, attributes: [:])
        let y = graph.addNode(unknown, inputs: [c], output: "y")
        #expect(try TypeInference.run(graph, inputs: [])[y] == nil)
    }

    @Test func errorsNameTheNode() throws {
        let (graph, _, _) = try shapeArithmetic()
        let vector = ValueFact(type: try TensorType(.float32, [4]))
        let mismatch = #expect(throws: NodeError.self) { try TypeInference.run(graph, inputs: [vector]) }
        #expect(mismatch?.node.operation is Sum)
        #expect(mismatch?.operands == [try TensorType(.int64, [1]), try TensorType(.int64, [2])])

        var other = Graph(name: "g")
        let sizes = other.addConstant("sizes", try int64s(-1))
        other.addNode(Zeros(), name: "fill", inputs: [sizes], outputs: ["y"])
        let negative = #expect(throws: NodeError.self) { try TypeInference.run(other, inputs: []) }
        #expect((negative?.cause as? TensorError)?.code == .dimensionNegative)
        #expect(negative?.description.contains("at node 'fill' (Zeros of int64[1])") == true)
    }
}
