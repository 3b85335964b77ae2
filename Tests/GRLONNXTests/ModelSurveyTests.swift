import Foundation
import GRLONNX
import TestSupport
import Testing

/// Rules of ONNX's checker that the importer does not ask for.
@Suite struct ModelSurveyTests {
    private func survey(opset: UInt64 = 17, ir: UInt64 = 8, _ graph: Wire) throws -> ModelSurvey {
        let file = FileManager.default.temporaryDirectory.appending(path: "grl-survey-\(UUID().uuidString).onnx")
        defer { try? FileManager.default.removeItem(at: file) }
        let model = Wire().number(1, ir).message(8, Wire().number(2, opset)).message(7, graph)
        try Data(model.bytes).write(to: file)
        return try ModelSurvey(contentsOf: file.path)
    }

    private func node(_ name: String, _ operation: String, _ input: String, _ output: String) -> Wire {
        Wire().text(1, input).text(2, output).text(3, name).text(4, operation)
    }

    private func graph(_ nodes: [Wire], name: String = "main") -> Wire {
        let type = Wire().message(1, Wire().number(1, 1).message(2, Wire()))
        let start = nodes.reduce(Wire()) { $0.message(1, $1) }
        return (name.isEmpty ? start : start.text(2, name))
            .message(11, Wire().text(1, "x").message(2, type)).message(12, Wire().text(1, "y").message(2, type))
    }

    @Test func soundFilesHaveNoDefects() throws {
        let survey = try survey(graph([node("a", "Relu", "x", "t"), node("b", "Relu", "t", "y")]))
        #expect(survey.defects.isEmpty)
        #expect(survey.operators == ["Relu": 2])
    }

    @Test func nodesOutOfOrderAreNamed() throws {
        let survey = try survey(graph([node("b", "Relu", "t", "y"), node("a", "Relu", "x", "t")]))
        #expect(survey.defects.map(\.node) == ["b"])
    }

    @Test(arguments: [
        ("Gelu", 17, "Gelu came in opset 20"), ("Upsample", 17, "no longer has Upsample"),
        ("Convolve", 17, "has no operator Convolve"),
    ])
    func operatorsMustBeOfTheOpset(operation: String, opset: UInt64, words: String) throws {
        let survey = try survey(opset: opset, graph([node("n", operation, "x", "y")]))
        #expect(survey.defects.count == 1)
        #expect(survey.defects.first?.message.contains(words) == true)
    }

    @Test func graphsNeedNames() throws {
        let survey = try survey(graph([node("n", "Relu", "x", "y")], name: ""))
        #expect(survey.defects.map(\.message) == ["the graph has no name"])
    }
}
