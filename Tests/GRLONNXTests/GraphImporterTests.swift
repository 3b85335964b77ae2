import GRLGraph
import GRLONNX
import GRLTensor
import TestSupport
import Testing

/// Nodes, names and their order.
@Suite struct GraphImporterTests {
    typealias M = ModelBytes

    func load(_ graph: Wire, functions: [Wire] = []) throws -> Graph {
        let graph = try ModelImporter.load(bytes: M.model(graph, functions: functions)).graph
        try graph.verify()
        return graph
    }

    func code(_ graph: Wire, options: ImportOptions = ImportOptions()) -> String {
        importCode(M.model(graph), options: options)
    }

    @Test func nodesKeepTheirNames() throws {
        let graph = try load(M.graph([M.node("Identity", ["x"], ["h"], name: "first"), M.identity("h", "y")]))
        #expect(graph.name == "main")
        #expect(graph.nodes.map(\.name) == ["first", ""])
        #expect(graph.inputs.map { graph[$0].name } == ["x"] && graph.outputs.map { graph[$0].name } == ["y"])
        #expect(graph.inputs.first.map { graph[$0].declaration.elementType } == .float32)
    }

    @Test func nodesAreSorted() throws {
        let graph = try load(M.graph([M.identity("b", "y"), M.identity("a", "b"), M.identity("x", "a")]))
        #expect(graph.nodes.compactMap { $0.outputs.first??.index }.count == 3)
        #expect(graph.nodes.map { $0.outputs.compactMap { $0 }.map { graph[$0].name } } == [["a"], ["b"], ["y"]])
    }

    @Test func longChainsOutOfOrderAreSorted() throws {
        let nodes = (0..<20_000).reversed().map { M.identity($0 == 0 ? "x" : "v\($0)", "v\($0 + 1)") }
        let graph = try load(M.graph(nodes, outputs: ["v20000"]))
        #expect(graph.schedule.count == 20_000)
    }

    @Test func circlesAreRefused() {
        #expect(code(M.graph([M.identity("b", "a"), M.identity("a", "b")], outputs: ["a"])) == "GRAPH_CYCLE")
        #expect(code(M.graph([M.identity("y", "y")])) == "GRAPH_CYCLE")
    }

    @Test func namesStandForOneValue() {
        let tensor = M.tensor("w", type: 1, dimensions: [1], Wire().block(9, [0, 0, 0, 0]))
        let node = M.identity("x", "y")
        #expect(code(M.graph([node, node])) == "DUPLICATE_NAME")
        #expect(code(M.graph([M.identity("w", "w")], outputs: ["w"], initializers: [tensor])) == "DUPLICATE_NAME")
        #expect(code(M.graph([node], inputs: ["x", "x"])) == "DUPLICATE_NAME")
        #expect(code(M.graph([node], initializers: [tensor, tensor])) == "DUPLICATE_NAME")
        #expect(code(M.graph([M.identity("x", "x")], outputs: ["x"])) == "DUPLICATE_NAME")
        #expect(code(M.graph([node], outputs: ["y", "y"])) == "DUPLICATE_NAME")
    }

    @Test func valuesMustBeThere() {
        #expect(code(M.graph([M.identity("absent", "y")])) == "UNDEFINED_VALUE")
        #expect(code(M.graph([M.identity("x", "h")])) == "UNDEFINED_VALUE")
    }

    @Test func emptyNamesAreRefused() {
        #expect(code(M.graph([M.identity("x", "y")], inputs: ["x", ""])) == "BAD_NAME")
        #expect(code(M.graph([M.node("", ["x"], ["y"])])) == "UNSUPPORTED")
    }

    @Test func inputsWithInitializersAreConstants() throws {
        let tensor = M.tensor("w", type: 1, dimensions: [1], Wire().block(9, [0, 0, 0x80, 0x3F]))
        let graph = try load(M.graph([M.identity("w", "y")], inputs: ["x", "w"], initializers: [tensor]))
        #expect(graph.inputs.map { graph[$0].name } == ["x"])
        #expect(graph.value(named: "w").flatMap { graph[$0].constant } != nil)
    }

    @Test func outputsMayBeInputs() throws {
        let graph = try load(M.graph([], outputs: ["x"]))
        #expect(graph.outputs == graph.inputs)
    }

    @Test func unknownOperatorsAreImported() throws {
        let attribute = M.attribute("alpha", type: 1, Wire().raw(Wire.tag(2, 5) + [0, 0, 0x80, 0x3F]))
        let node = M.node("Mystery", ["x", "", "x"], ["y", ""], domain: "acme", attributes: [attribute])
        let graph = try load(M.graph([node]))
        let found = try #require(graph.nodes.first { _ in true })
        let operation = try #require(found.operation as? UnsupportedOperator)
        #expect(operation.name == "Mystery" && operation.domain == "acme" && operation.version == 1)
        #expect(found.inputs.map { $0 == nil } == [false, true, false])
        guard case .float(1)? = operation.attributes["alpha"] else {
            Issue.record("the attribute is lost")
            return
        }
    }

    @Test func aritiesAreChecked() {
        #expect(code(M.graph([M.node("Identity", [], ["y"])])) == "ARITY")
        #expect(code(M.graph([M.node("Identity", [""], ["y"])])) == "ARITY")
        #expect(code(M.graph([M.node("Identity", ["x", "x"], ["y"])])) == "ARITY")
        #expect(code(M.graph([M.node("Identity", ["x"], ["y", "z"])])) == "ARITY")
    }

    @Test func nodesAreCounted() {
        var options = ImportOptions()
        options.maximumNodes = 2
        let nodes = [M.identity("x", "a"), M.identity("a", "b"), M.identity("b", "y")]
        #expect(code(M.graph(nodes), options: options) == "NODE_LIMIT")
        options.maximumNodes = 3
        #expect(code(M.graph(nodes), options: options) == "OK")
    }

    @Test func constantsAreValues() throws {
        func constant(_ attribute: Wire) throws -> Tensor {
            let graph = try load(M.graph([M.node("Constant", [], ["y"], attributes: [attribute])]))
            return try #require(graph.outputs.first.flatMap { graph[$0].constant })
        }
        let tensor = M.tensor(type: 7, dimensions: [2], Wire().block(7, [3, 4]))
        #expect(try constant(M.attribute("value", type: 4, Wire().message(5, tensor))).elements() == [Int64(3), 4])
        #expect(try constant(M.attribute("value_int", type: 2, Wire().number(3, 9))).elements() == [Int64(9)])
        #expect(
            try constant(M.attribute("value_ints", type: 7, Wire().number(8, 1).number(8, 2))).shape.dimensions == [2])
        let none = M.node("Constant", [], ["y"])
        #expect(code(M.graph([none])) == "ATTR_TYPE")
        let text = M.attribute("value_string", type: 3, Wire().text(4, "a"))
        #expect(code(M.graph([M.node("Constant", [], ["y"], attributes: [text])])) == "DTYPE")
    }

    @Test func attributesAreChecked() {
        func attributes(_ list: Wire...) -> String { code(M.graph([M.node("Any", ["x"], ["y"], attributes: list)])) }
        #expect(attributes(M.attribute("a", type: 2, Wire().number(3, 1))) == "OK")
        #expect(attributes(M.attribute("a", type: 2, Wire())) == "OK", "an absent number is zero")
        #expect(attributes(M.attribute("a", type: 0, Wire().number(3, 1))) == "ATTR_TYPE")
        #expect(attributes(M.attribute("a", type: 77, Wire().number(3, 1))) == "ATTR_TYPE")
        #expect(attributes(Wire().text(1, "a").number(3, 1)) == "ATTR_TYPE", "no type")
        #expect(attributes(M.attribute("a", type: 2, Wire().block(7, [0, 0, 0, 0]))) == "ATTR_TYPE", "another carrier")
        #expect(attributes(M.attribute("a", type: 2, Wire().number(3, 1).number(8, 1))) == "ATTR_TYPE", "two carriers")
        let int = M.attribute("a", type: 2, Wire().number(3, 1))
        #expect(attributes(int, int) == "ATTR_TYPE", "twice")
        #expect(attributes(M.attribute("", type: 2, Wire().number(3, 1))) == "ATTR_TYPE", "no name")
        #expect(attributes(M.attribute("a", type: 2, Wire().text(21, "b"))) == "ATTR_TYPE", "a reference outside")
        #expect(attributes(M.attribute("a", type: 3, Wire().block(4, [0xFF]))) == "ATTR_TYPE", "no UTF-8")
        #expect(attributes(M.attribute("a", type: 4, Wire())) == "ATTR_TYPE", "no tensor")
        #expect(attributes(M.attribute("a", type: 11, Wire().message(22, Wire()))) == "SPARSE")
        #expect(attributes(M.attribute("a", type: 13, Wire().message(14, Wire()))) == "UNSUPPORTED")
        let known = M.node("Identity", ["x"], ["y"], attributes: [int])
        #expect(code(M.graph([known])) == "ATTR_TYPE", "the operator has no such attribute")
    }

    @Test func errorsNameTheNode() {
        let node = M.node("Identity", ["absent"], ["y"], name: "layer.3")
        let error = #expect(throws: ImportError.self) { try ModelImporter.load(bytes: M.model(M.graph([node]))) }
        #expect(error?.node == "'layer.3' (Identity)" && error?.value == "absent")
    }
}
