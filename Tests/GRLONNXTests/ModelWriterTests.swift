import Foundation
import GRLGraph
import GRLONNX
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// What is written reads back as the same graph, and writing that again gives the same bytes.
@Suite struct ModelWriterTests {
    typealias M = ModelBytes

    /// Writes and reads a graph; checks that a second round changes nothing.
    func roundTrip(_ graph: Graph) throws -> Graph {
        let first = try ModelWriter.bytes(graph)
        let read = try ModelImporter.load(bytes: first).graph
        try read.verify()
        let second = try ModelWriter.bytes(read)
        #expect(try ModelWriter.bytes(ModelImporter.load(bytes: second).graph) == second)
        #expect(read.description == graph.description)
        return read
    }

    func load(_ graph: Wire, functions: [Wire] = []) throws -> Graph {
        try ModelImporter.load(bytes: M.model(graph, functions: functions)).graph
    }

    @Test func nodesAndValuesComeBack() throws {
        let float = M.attribute("alpha", type: 1, Wire().raw(Wire.tag(2, 5) + [0, 0, 0x20, 0xC0]))
        let attributes = [
            float, M.attribute("axis", type: 2, Wire().number(3, UInt64(bitPattern: -3))),
            M.attribute("mode", type: 3, Wire().text(4, "größe")),
            M.attribute("axes", type: 7, Wire().number(8, 1).number(8, UInt64(bitPattern: -1))),
            M.attribute("scales", type: 6, Wire().raw(Wire.tag(7, 5) + [0, 0, 0x80, 0x3F])),
            M.attribute("names", type: 8, Wire().text(9, "a").text(9, "")),
        ]
        let node = M.node(
            "Mystery", ["x", "", "w"], ["h", "", "y"], name: "n", domain: "acme", attributes: attributes)
        let tensor = M.tensor("w", type: 1, dimensions: [2], Wire().block(9, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]))
        let dimension = Wire().text(2, "height")
        let type = Wire().message(
            1, Wire().number(1, 1).message(2, Wire().message(1, dimension).message(1, Wire().number(1, 3))))
        let input = Wire().text(1, "x").message(2, type)
        let graph = try load(M.graph([node], inputs: [], initializers: [tensor]).message(11, input))
        let read = try roundTrip(graph)
        #expect(read.inputs.first.map { read[$0].declaration.dimensions } == [.symbolic("height"), .fixed(3)])
        let weights = try #require(read.value(named: "w").flatMap { read[$0].constant })
        #expect(try weights.elements(of: Float.self) == [1, 2])
        let operation = try #require(read.nodes.first { _ in true }?.operation)
        #expect(
            operation.attributes.mapValues(\.summary)
                == graph.nodes.first { _ in true }?.operation.attributes
                .mapValues(\.summary))
        #expect(operation.spec.domain == "acme" && operation.attributes.count == 6)
    }

    /// This project's own operators stand in a domain of their own.
    @Test func ownOperatorsComeBack() throws {
        let sides: [String: AttributeValue] = [
            "heads": .int(1), "head_size": .int(2), "query_window": .ints([2, 2]), "key_window": .ints([1, 1]),
        ]
        var builder = GraphBuilder()
        let image = builder.input("x", [1, 4, 4, 2])
        let half = builder.input("y", [1, 2, 2, 2])
        let scale = builder.constant("scale", try Tensor(vector: [Float(1)]))
        builder.output(
            try builder.node("WindowAttention", image, half, half, scale, domain: "grl", attributes: sides))
        let read = try roundTrip(builder.graph)
        let operation = try #require(read.nodes.first { _ in true }?.operation as? WindowAttention)
        #expect(operation.key.window == PixelPair(1, 1))
    }

    @Test(arguments: ElementType.allCases)
    func allElementTypesComeBack(type: ElementType) throws {
        for count in [0, 1, 7, 3000] {
            let tensor = try Tensor(uninitialized: type, shape: Shape([count]))
            tensor.withMutableBytes { bytes in
                for index in bytes.indices {
                    let value = UInt8(truncatingIfNeeded: index &* 37)
                    bytes[index] =
                        switch type {
                        case .bool: value & 1
                        case .uint4: value & 15
                        case .int4: UInt8(bitPattern: Int4(truncating: value).value)
                        default: value
                        }
                }
            }
            var graph = Graph(name: "constants")
            graph.setOutputs([graph.addConstant("w", tensor)])
            let read = try ModelImporter.load(bytes: ModelWriter.bytes(graph)).graph
            let back = try #require(read.outputs.first.flatMap { read[$0].constant })
            #expect(back.type == tensor.type)
            #expect(back.withBytes { Array($0) } == tensor.withBytes { Array($0) })
        }
    }

    @Test func subgraphsComeBack() throws {
        let weights = M.tensor("w", type: 1, dimensions: [300], Wire().block(9, [UInt8](repeating: 1, count: 1200)))
        let inner = M.graph([M.node("Inner", ["h", "w"], ["y"])], inputs: ["i"], outputs: ["y"])
        let body = M.attribute("body", type: 5, Wire().message(6, inner))
        let other = M.graph([M.identity("x", "r")], inputs: [], outputs: ["r"])
        let more = M.attribute("another", type: 5, Wire().message(6, other))
        let node = M.node("Loop", ["x"], ["y"], domain: "acme", attributes: [body, more])
        let graph = try load(M.graph([M.identity("x", "h"), node], initializers: [weights]))
        let bytes = try ModelWriter.bytes(graph)
        #expect(bytes.count < 1200 + 1000, "the weights stand there once")
        let read = try roundTrip(graph)
        let loop = try #require(read.nodes.first { $0.operation.spec.name == "Loop" })
        #expect(loop.inputs.map { $0.map { read[$0].name } } == ["x", "x", "h"])
        guard case .graph(let subgraph)? = loop.operation.attributes["body"] else {
            Issue.record("the subgraph is lost")
            return
        }
        #expect(subgraph.graph.inputs.map { subgraph.graph[$0].name } == ["i", "h"])
        #expect(subgraph.captures.map { read[$0].name } == ["h"])
    }

    @Test func outputsFromOutsideGoThroughIdentity() throws {
        var graph = Graph(name: "twice")
        let x = graph.addInput("x", ValueDeclaration(elementType: .float32))
        graph.setOutputs([x, x])
        let read = try ModelImporter.load(bytes: ModelWriter.bytes(graph)).graph
        #expect(read.outputs.count == 2 && read.outputs.first == read.inputs.first)
    }

    @Test func nodesGetNamesOfTheirOwn() throws {
        let nodes = [M.node("Identity", ["x"], ["h"], name: "n"), M.node("Identity", ["h"], ["y"], name: "n")]
        let read = try ModelImporter.load(bytes: ModelWriter.bytes(load(M.graph(nodes)))).graph
        #expect(read.nodes.map(\.name) == ["n", "n~1"])
    }

    @Test func filesAreWrittenWhole() throws {
        let path = NSTemporaryDirectory() + "writer-\(UUID().uuidString).onnx"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var graph = try load(M.graph([M.identity("x", "y")]))
        graph.metadata = ["key": "value"]
        try ModelWriter.write(graph, to: path)
        let model = try ModelImporter.load(contentsOf: path)
        #expect(model.metadata == ["key": "value"] && model.producerName == "grl" && model.opsets == ["": 21])
        #expect(throws: FileError.self) { try ModelWriter.write(graph, to: path) }
    }

    /// The node models that `GRL_ONNX_NODE_TESTS` names survive being written.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["GRL_ONNX_NODE_TESTS"] != nil))
    func nodeModelsComeBack() throws {
        let folder = ProcessInfo.processInfo.environment["GRL_ONNX_NODE_TESTS"] ?? ""
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)/model.onnx"
            guard let graph = try? ModelImporter.load(contentsOf: path).graph else { continue }
            do {
                let read = try ModelImporter.load(bytes: ModelWriter.bytes(graph)).graph
                #expect(read.description == graph.description, "\(name)")
                count += 1
            } catch {
                Issue.record("\(name): \(error)")
            }
        }
        #expect(count > 1000)
    }
}
