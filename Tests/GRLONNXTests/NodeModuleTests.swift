import GRLGraph
import GRLONNX
import TestSupport
import Testing

/// The modules that the metadata of nodes name.
@Suite struct NodeModuleTests {
    typealias M = ModelBytes

    private func graph(_ entries: Wire...) -> Wire {
        M.graph([Wire(M.identity("x", "y").bytes + entries.flatMap { Wire().message(9, $0).bytes })])
    }

    private func module(_ graph: Wire) throws -> String? {
        try ModelImporter.load(bytes: M.model(graph)).graph.nodes.first { _ in true }?.module
    }

    private func entry(_ value: String, key: String = "pkg.torch.onnx.name_scopes") -> Wire {
        Wire().text(1, key).text(2, value)
    }

    @Test func innermostModule() throws {
        #expect(try module(graph(entry("['', 'layers.0', 'layers.0.attn', 'matmul_3']"))) == "layers.0.attn")
        #expect(try module(graph(entry("['', 'sub']"))) == "")
        for value in ["", "[]", "['sub']", "'''", "nonsense"] { #expect(try module(graph(entry(value))) == nil) }
    }

    @Test func otherEntriesArePassedOver() throws {
        let trace = entry("File \"/home\n", key: "pkg.torch.onnx.stack_trace")
        #expect(try module(graph(trace)) == nil)
        #expect(try module(graph(trace, entry("['', 'a', 'b']"), trace)) == "a")
        #expect(try module(graph(entry("['', 'a', '" + String(repeating: "b", count: 5000) + "']"))) == nil)
        #expect(try module(graph(Wire().text(2, "['', 'a', 'b']").text(1, "pkg.torch.onnx.name_scopes"))) == nil)
        #expect(try module(M.graph([Wire(M.identity("x", "y").bytes + Wire().number(9, 3).bytes)])) == nil)
    }

    @Test func damagedEntriesAreRefused() {
        let node = M.identity("x", "y")
        let key = Wire().text(1, "pkg.torch.onnx.name_scopes")
        func code(_ entry: [UInt8]) -> String {
            importCode(M.model(M.graph([Wire(node.bytes + Wire().block(9, entry).bytes)])))
        }
        #expect(code(key.text(2, "['', 'a\u{1}', 'b']").bytes) == "BAD_NAME")
        #expect(code(key.bytes + [0x12, 0x7F]) == "WIRE_LENGTH")
        #expect(importCode(M.model(M.graph([Wire(node.bytes + [0x4A, 0x7F])]))) == "WIRE_LENGTH")
    }
}
