import GRLGraph
import GRLInspection
import GRLTensor
import TestSupport
import Testing

@Suite struct GraphCostsTests {
    @Test func costsOfEachNode() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, 8])
        let weight = try builder.constant(
            "w", Tensor([Float](repeating: 1, count: 24), shape: Shape([8, 3])))
        let product = try builder.node("MatMul", x, weight)
        let again = try builder.node("MatMul", x, weight)
        builder.output(try builder.node("Add", product, again))
        let costs = try GraphCosts(builder.graph, inputs: [TensorType(.float32, [5, 8])])
        let list = builder.graph.nodes.map { costs.nodes[$0.id] }
        #expect(list.map { $0?.multiplyAdds } == [120, 120, 0])
        #expect(list.map { $0?.weightBytes } == [96, 0, 0])
        #expect(list.map { $0?.resultBytes } == [60, 60, 60])
        #expect(costs.types[product]?.description == "float32[5, 3]")
    }

    @Test func inputsThatDoNotFitAreRefused() throws {
        var builder = GraphBuilder()
        let x = builder.input("x", [nil, nil])
        let weight = try builder.constant(
            "w", Tensor([Float](repeating: 1, count: 24), shape: Shape([8, 3])))
        builder.output(try builder.node("MatMul", x, weight))
        #expect(throws: NodeError.self) {
            try GraphCosts(builder.graph, inputs: [TensorType(.float32, [5, 7])])
        }
    }

    @Test func inputsAreThoseOfTheExport() throws {
        let model = try StagedModel(contentsOfFile: Fixtures.path("plain-ts17"), through: .imported)
        #expect(try model.inputTypes().map(\.description) == ["float32[1, 3, 16, 24]"])
        #expect(try model.inputTypes(size: (30, 40)).map(\.description) == ["float32[1, 3, 30, 40]"])
    }
}
