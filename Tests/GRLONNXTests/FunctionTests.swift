import GRLGraph
import GRLONNX
import GRLTensor
import TestSupport
import Testing

/// Model-local functions are inlined; subgraphs become graphs with captures.
@Suite struct FunctionTests {
    typealias M = ModelBytes

    func load(_ graph: Wire, _ functions: [Wire]) throws -> Graph {
        let graph = try ModelImporter.load(bytes: M.model(graph, functions: functions)).graph
        try graph.verify()
        return graph
    }

    func code(_ graph: Wire, _ functions: [Wire], options: ImportOptions = ImportOptions()) -> String {
        importCode(M.model(graph, functions: functions), options: options)
    }

    @Test func callsAreInlined() throws {
        let inner = M.function(
            "Twice", inputs: ["a"], outputs: ["b"], nodes: [M.node("Mystery", ["a"], ["h"]), M.identity("h", "b")])
        let outer = M.function(
            "Outer", inputs: ["x"], outputs: ["z"],
            nodes: [M.node("Twice", ["x"], ["h"], domain: "local"), M.node("Twice", ["h"], ["z"], domain: "local")])
        let graph = try load(M.graph([M.node("Outer", ["x"], ["y"], domain: "local")]), [outer, inner])
        #expect(graph.nodes.map(\.operation.spec.name) == ["Mystery", "Identity", "Mystery", "Identity"])
        #expect(graph.outputs.map { graph[$0].name } == ["y"])
        #expect(graph.outputs.first.flatMap { graph.producer(of: $0) }?.operation.spec.name == "Identity")
    }

    @Test func functionsMayPassInputsOn() throws {
        let pass = M.function("Pass", inputs: ["a"], outputs: ["a"], nodes: [])
        let graph = try load(M.graph([M.node("Pass", ["x"], ["y"], domain: "local")]), [pass])
        #expect(graph.outputs.map { graph[$0].name } == ["y"])
    }

    @Test func attributesAreHandedOn() throws {
        let reference = Wire().text(1, "alpha").number(20, 2).text(21, "beta")
        let body = M.node("Mystery", ["a"], ["b"], attributes: [reference])
        let function = M.function("Scaled", inputs: ["a"], outputs: ["b"], nodes: [body])
            .message(11, M.attribute("beta", type: 2, Wire().number(3, 5)))
        func alpha(_ attributes: [Wire]) throws -> Int? {
            let call = M.node("Scaled", ["x"], ["y"], domain: "local", attributes: attributes)
            let operation = try load(M.graph([call]), [function]).nodes.first { _ in true }?.operation
            guard case .int(let value)? = operation?.attributes["alpha"] else { return nil }
            return value
        }
        #expect(try alpha([M.attribute("beta", type: 2, Wire().number(3, 7))]) == 7)
        #expect(try alpha([]) == 5, "the default")
        let bare = M.function("Bare", inputs: ["a"], outputs: ["b"], nodes: [body], attributes: ["beta"])
        let graph = try load(M.graph([M.node("Bare", ["x"], ["y"], domain: "local")]), [bare])
        #expect(graph.nodes.first { _ in true }?.operation.attributes.isEmpty == true, "left out with its source")
    }

    @Test func optionalInputsMayBeLeftOut() throws {
        let body = M.node("Mystery", ["a", "c", "a"], ["b"])
        let function = M.function(
            "Optional", inputs: ["a", "c"], outputs: ["b", "d"], nodes: [body, M.identity("a", "d")])
        for inputs in [["x"], ["x", ""]] {
            let graph = try load(M.graph([M.node("Optional", inputs, ["y"], domain: "local")]), [function])
            #expect(graph.nodes.first { _ in true }?.inputs.map { $0 == nil } == [false, true, false])
        }
        #expect(code(M.graph([M.node("Optional", ["x", "x", "x"], ["y"], domain: "local")]), [function]) == "ARITY")
    }

    @Test func circlesAreRefused() {
        let graph = M.graph([M.node("A", ["x"], ["y"], domain: "local")])
        func function(_ name: String, calling callee: String) -> Wire {
            M.function(name, inputs: ["a"], outputs: ["b"], nodes: [M.node(callee, ["a"], ["b"], domain: "local")])
        }
        #expect(code(graph, [function("A", calling: "A")]) == "FUNCTION_CYCLE")
        #expect(code(graph, [function("A", calling: "B"), function("B", calling: "A")]) == "FUNCTION_CYCLE")
        let branch = M.graph([M.node("A", ["a"], ["r"], domain: "local")], inputs: [], outputs: ["r"])
        let choice = M.node(
            "If", ["a"], ["b"], attributes: [M.attribute("then_branch", type: 5, Wire().message(6, branch))])
        #expect(code(graph, [M.function("A", inputs: ["a"], outputs: ["b"], nodes: [choice])]) == "FUNCTION_CYCLE")
    }

    @Test func depthAndGrowthAreBounded() {
        func chain(_ count: Int, calls: Int) -> [Wire] {
            (0..<count).map { index in
                let nodes = (0..<calls).map { call -> Wire in
                    let output = call == 0 ? "b" : "unused\(call)"
                    return index + 1 < count
                        ? M.node("F\(index + 1)", ["a"], [output], domain: "local") : M.identity("a", output)
                }
                return M.function("F\(index)", inputs: ["a"], outputs: ["b"], nodes: nodes)
            }
        }
        let graph = M.graph([M.node("F0", ["x"], ["y"], domain: "local")])
        #expect(code(graph, chain(100, calls: 1)) == "OK")
        #expect(code(graph, chain(101, calls: 1)) == "FUNCTION_DEPTH")
        #expect(code(graph, chain(60, calls: 2)) == "NODE_LIMIT")
    }

    @Test func functionsHaveOneNameEach() {
        let function = M.function("F", inputs: ["a"], outputs: ["b"], nodes: [M.identity("a", "b")])
        #expect(code(M.graph([M.identity("x", "y")]), [function, function]) == "DUPLICATE_NAME")
    }

    @Test func functionsSeeNothingOutside() {
        let function = M.function("F", inputs: ["a"], outputs: ["b"], nodes: [M.identity("x", "b")])
        #expect(code(M.graph([M.node("F", ["x"], ["y"], domain: "local")]), [function]) == "UNDEFINED_VALUE")
    }

    @Test func subgraphsCaptureWhatTheyRead() throws {
        let tensor = M.tensor("w", type: 1, dimensions: [1], Wire().block(9, [0, 0, 0, 0]))
        let inner = M.graph([M.node("Inner", ["h", "w"], ["r"])], inputs: [], outputs: ["r"])
        let choice = M.node(
            "Choose", ["x"], ["q"], attributes: [M.attribute("body", type: 5, Wire().message(6, inner))])
        let body = M.graph([choice, M.identity("x", "unused")], inputs: [], outputs: ["q"])
        let node = M.node("Choose", ["x"], ["y"], attributes: [M.attribute("body", type: 5, Wire().message(6, body))])
        let graph = try load(M.graph([node, M.identity("x", "h")], initializers: [tensor]), [])
        let outer = try #require(graph.nodes.first { $0.operation.spec.name == "Choose" })
        guard case .graph(let subgraph)? = outer.operation.attributes["body"] else {
            Issue.record("the subgraph is lost")
            return
        }
        try subgraph.graph.verify()
        #expect(subgraph.captures.map { graph[$0].name } == ["h", "x"])
        #expect(subgraph.graph.inputs.map { subgraph.graph[$0].name } == ["h", "x"])
        #expect(outer.inputs.count == 3, "captures are inputs of the node")
        guard case .graph(let nested)? = subgraph.graph.nodes.first(where: { _ in true })?.operation.attributes["body"]
        else {
            Issue.record("the nested subgraph is lost")
            return
        }
        #expect(nested.graph.inputs.map { nested.graph[$0].name } == ["h"], "constants are taken in")
    }

    @Test func subgraphDepthIsBounded() {
        var body = M.graph([M.identity("x", "r0")], inputs: [], outputs: ["r0"])
        for index in 1...3 {
            let attribute = M.attribute("body", type: 5, Wire().message(6, body))
            body = M.graph(
                [M.node("Choose", ["x"], ["r\(index)"], attributes: [attribute])], inputs: index == 3 ? ["x"] : [],
                outputs: ["r\(index)"])
        }
        var options = ImportOptions()
        options.maximumSubgraphDepth = 3
        #expect(code(body, [], options: options) == "OK")
        options.maximumSubgraphDepth = 2
        #expect(code(body, [], options: options) == "SUBGRAPH_DEPTH")
    }
}
