import GRLGraph
import GRLONNX
import GRLOperators
import GRLTensor
import TestSupport
import Testing

/// This project's own operators stand in files as functions, which compute what the operators do.
@Suite struct OperatorFunctionTests {
    static let functionOperators = OperatorRegistry.operators.compactMap { $0 as? any FunctionOperator.Type }

    /// Numbers that follow from their place, of both signs.
    func tensor(_ dimensions: [Int], seed: Int) throws -> Tensor {
        let shape = try Shape(dimensions)
        return try Tensor(
            (0..<shape.count).map { Float(($0 &* 7919 &+ seed &* 104_729) % 1999) / 1000 - 1 }, shape: shape)
    }

    /// A node of one operator on inputs, of which nil ones are left out, and its output.
    func graph(_ name: String, _ attributes: [String: AttributeValue], _ inputs: [Tensor?]) throws -> Graph {
        var builder = GraphBuilder()
        let values = inputs.enumerated().map { index, input in
            input.map { builder.input("input\(index)", $0.shape.dimensions) }
        }
        let type = try #require(OperatorRegistry.find(name, domain: "grl", opset: 1))
        var reader = NodeReader(
            operatorName: name, opset: 1, inputs: values.map { $0.map(NodeReader.Input.value) ?? .absent },
            outputCount: 1, attributes: attributes)
        let operation = try type.init(&reader)
        var graph = builder.graph
        graph.setOutputs([graph.addNode(operation, name: "node", inputs: values, output: "output")])
        return graph
    }

    /// Runs the operator, and its function, as a runtime that does not know the operator's domain would.
    func compare(_ name: String, _ attributes: [String: AttributeValue], _ inputs: Tensor?...) throws {
        let graph = try graph(name, attributes, inputs)
        let bytes = try ModelWriter.bytes(graph)
        let known = try ModelImporter.load(bytes: bytes).graph
        #expect(known.nodes.map(\.operation.spec.name) == [name])
        let inlined = try ModelImporter.load(bytes: replacing("grl", by: "lrg", in: bytes)).graph
        try inlined.verify()
        #expect(inlined.nodes.allSatisfy { $0.operation.spec.domain.isEmpty })
        let present = inputs.compactMap { $0 }
        let expected = try #require(try Interpreter.run(graph, inputs: present).first)
        for other in [known, inlined] {
            let output = try #require(try Interpreter.run(other, inputs: present).first)
            let difference = try Difference(output, expected)
            #expect(difference.maximum <= 4e-6 * max(1, difference.magnitude), "\(name): \(difference.maximum)")
        }
    }

    private func replacing(_ text: String, by other: String, in bytes: [UInt8]) -> [UInt8] {
        let (old, new) = (Array(text.utf8), Array(other.utf8))
        var result = bytes
        for start in bytes.indices.dropLast(old.count - 1) where Array(bytes[start..<start + old.count]) == old {
            result.replaceSubrange(start..<start + old.count, with: new)
        }
        return result
    }

    @Test func everyAttributeIsHandedOn() {
        #expect(Self.functionOperators.count == 4)
        let names = ["WindowAttention", "PadToMultiple", "CropToScale", "L2Normalization"]
        #expect(Set(Self.functionOperators.map { $0.spec.name }) == Set(names))
        #expect(L2Normalization.functionBody.attributes == L2Normalization(epsilon: 1).attributes.keys.sorted())
        #expect(CropToScale.functionBody.attributes == CropToScale(scale: 2).attributes.keys.sorted())
    }

    @Test func normalisationIsStated() throws {
        try compare("L2Normalization", ["epsilon": .float(0.5)], tensor([3, 4, 5], seed: 1))
        try compare("L2Normalization", ["epsilon": .float(1e6)], tensor([2, 3], seed: 2))
    }

    @Test(arguments: [[8, 12], [5, 9], [1, 7], [3, 16], [4, 1], [2, 2]])
    func paddingIsStated(size: [Int]) throws {
        try compare("PadToMultiple", ["multiples": .ints([4, 6])], tensor([2, 3] + size, seed: 3))
    }

    @Test func croppingIsStated() throws {
        try compare("CropToScale", ["scale": .int(3)], tensor([2, 3, 12, 9], seed: 4), tensor([2, 5, 4, 2], seed: 5))
        try compare("CropToScale", ["scale": .int(1)], tensor([1, 1, 4, 4], seed: 6), tensor([1, 1, 4, 4], seed: 7))
    }

    struct Attention: Sendable, CustomTestStringConvertible {
        var windows = [2, 3]
        var queryWindow = [4, 4]
        var keyWindow = [4, 4]
        var queryShift = [0, 0]
        var keyShift = [0, 0]
        var cosine = 1
        var mask: Float = 0
        var hasTable = true

        var testDescription: String { "\(queryWindow) \(keyWindow) \(queryShift) cosine \(cosine) mask \(mask)" }
    }

    @Test(arguments: [
        Attention(), Attention(cosine: 0, hasTable: false),
        Attention(queryShift: [2, 2], keyShift: [2, 2], mask: -1.5),
        Attention(queryWindow: [4, 6], keyWindow: [2, 3], queryShift: [2, 2], keyShift: [1, 1], mask: -100),
        Attention(queryWindow: [1, 2], keyWindow: [3, 1], cosine: 0),
        Attention(windows: [1, 1], queryShift: [0, 3], keyShift: [0, 1], mask: -2),
    ]) func attentionIsStated(attention: Attention) throws {
        func image(_ window: [Int], channels: Int, seed: Int) throws -> Tensor {
            try tensor([2, window[0] * attention.windows[0], window[1] * attention.windows[1], channels], seed: seed)
        }
        let attributes: [String: AttributeValue] = [
            "heads": .int(2), "head_size": .int(3), "query_channel": .int(1), "key_channel": .int(0),
            "value_channel": .int(4), "query_window": .ints(attention.queryWindow),
            "key_window": .ints(attention.keyWindow), "query_shift": .ints(attention.queryShift),
            "key_shift": .ints(attention.keyShift), "cosine": .int(attention.cosine), "mask": .float(attention.mask),
        ]
        let table = [
            2, attention.queryWindow[0] + attention.keyWindow[0] - 1,
            attention.queryWindow[1] + attention.keyWindow[1] - 1,
        ]
        try compare(
            "WindowAttention", attributes, image(attention.queryWindow, channels: 7, seed: 8),
            image(attention.keyWindow, channels: 6, seed: 9), image(attention.keyWindow, channels: 10, seed: 10),
            Tensor(vector: [Float(1.5), 3]), attention.hasTable ? tensor(table, seed: 11) : nil)
    }

    /// A function of the same name with other attributes is somebody else's.
    @Test func functionsOfOthersAreInlined() throws {
        typealias M = ModelBytes
        let function = M.function(
            "CropToScale", inputs: ["a", "b"], outputs: ["c"], nodes: [M.node("Mystery", ["a"], ["c"])], domain: "grl")
        let call = M.node("CropToScale", ["x", "x"], ["y"], domain: "grl")
        let graph = try ModelImporter.load(bytes: M.model(M.graph([call]), functions: [function])).graph
        #expect(graph.nodes.map(\.operation.spec.name) == ["Mystery"])
    }
}
