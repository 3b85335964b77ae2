import Foundation
import GRLONNX
import GRLValidation
import TestSupport
import Testing

/// The rules of ONNX's checker: those that `RulesCheck` asks, and those that reading a file asks already.
@Suite struct RulesCheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func subject(_ model: [UInt8]) throws -> Subject {
        try Data(model).write(to: URL(filePath: folder.path("model.onnx")))
        return try Subject(contentsOfFile: folder.path("model.onnx"))
    }

    private func findings(_ model: [UInt8]) async throws -> [Finding] { try await RulesCheck().run(on: subject(model)) }

    private static func relu(_ input: String, _ output: String, _ name: String = "/body/act/Relu") -> Wire {
        ModelBytes.node("Relu", [input], [output], name: name)
    }

    @Test func soundFilesPass() async throws {
        let findings = try await findings(
            ModelBytes.model(ModelBytes.graph([Self.relu("x", "t"), Self.relu("t", "y")])))
        #expect(findings.map(\.outcome) == [.passed])
        #expect(findings[0].message == "opset 17, IR version 10; the rules hold for 2 nodes of 1 operator")
    }

    struct Defect: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let model: [UInt8]
        let words: String
        /// The layer that is named.
        var layer: String?
    }

    static let defects = [
        Defect(
            testDescription: "nodes out of order",
            model: ModelBytes.model(ModelBytes.graph([relu("t", "y"), relu("x", "t", "/head/Relu")])),
            words: "nodes do not stand in the order of their dependencies: 't' is read early", layer: "body.act"),
        Defect(
            testDescription: "an operator of a later opset",
            model: ModelBytes.model(ModelBytes.graph([ModelBytes.node("Gelu", ["x"], ["y"], name: "/body/act/Gelu")])),
            words: "Gelu came in opset 20, the file has 17", layer: "body.act"),
        Defect(
            testDescription: "an operator of earlier opsets",
            model: ModelBytes.model(
                ModelBytes.graph(
                    [ModelBytes.node("Upsample", ["x", "scales"], ["y"], name: "/up/Upsample")],
                    inputs: ["x", "scales"])),
            words: "opset 17 no longer has Upsample", layer: "up"),
        Defect(
            testDescription: "an operator of no opset",
            model: ModelBytes.model(ModelBytes.graph([ModelBytes.node("Convolve", ["x"], ["y"], name: "/conv/Conv")])),
            words: "the standard has no operator Convolve", layer: "conv"),
        Defect(
            testDescription: "a graph without a name",
            model: ModelBytes.model(Wire().raw(Array(ModelBytes.graph([relu("x", "y")]).bytes.dropFirst(6)))),
            words: "the graph has no name"),
        Defect(
            testDescription: "an output without a type",
            model: ModelBytes.model(
                ModelBytes.graph([relu("x", "y")], outputs: []).message(12, Wire().text(1, "y"))),
            words: "the output 'y' has no type"),
        Defect(
            testDescription: "initializers of old files that are no inputs",
            model: ModelBytes.model(
                ModelBytes.graph(
                    [ModelBytes.node("Add", ["x", "w"], ["y"])], initializers: [Message.tensor("w", count: 3)]),
                irVersion: 3),
            words: "before IR version 4 initializers are inputs too; 'w' is none"),
        Defect(
            testDescription: "functions of files before they were",
            model: ModelBytes.model(
                ModelBytes.graph([ModelBytes.node("twice", ["x"], ["y"], domain: "local")]), irVersion: 7,
                functions: [
                    ModelBytes.function("twice", inputs: ["a"], outputs: ["b"], nodes: [relu("a", "b")])
                ], extra: Wire().message(8, Wire().text(1, "local").number(2, 1))),
            words: "functions need IR version 8, the file has 7"),
    ]

    @Test(arguments: defects) func brokenRulesAreNamed(defect: Defect) async throws {
        let findings = try await findings(defect.model)
        #expect(findings.map(\.outcome) == [.failed], "\(findings)")
        #expect(findings.first?.message.contains(defect.words) == true, "\(findings)")
        #expect(findings.first?.layer == defect.layer)
    }

    /// A file may say so, and another runtime may not know it.
    @Test func operatorsOutsideTheStandardAreNotes() async throws {
        let node = ModelBytes.node("Warp", ["x"], ["y"], name: "/body/warp/Warp", domain: "com.example")
        let findings = try await findings(
            ModelBytes.model(
                ModelBytes.graph([node]), extra: Wire().message(8, Wire().text(1, "com.example").number(2, 1))))
        #expect(findings.map(\.outcome) == [.warned], "\(findings)")
        #expect(findings.first?.message.contains("com.example.Warp") == true && findings.first?.layer == "body.warp")
    }

    /// Files that break these rules are not read.
    @Test(
        arguments: [
            ("a value that two nodes give", [relu("x", "y"), relu("x", "y")], ImportError.Code.duplicateName),
            ("a value that nobody gives", [relu("t", "y")], .undefinedValue),
            ("nodes in a circle", [relu("a", "b"), relu("b", "a"), relu("a", "y")], .graphCycle),
            ("too many operands", [ModelBytes.node("Relu", ["x", "x"], ["y"])], .arity),
            (
                "an attribute of another type",
                [
                    ModelBytes.node(
                        "Softmax", ["x"], ["y"],
                        attributes: [ModelBytes.attribute("axis", type: 1, Wire().raw(Wire.tag(2, 5) + [0, 0, 0, 0]))])
                ], .attributeType
            ),
            ("a name with a line break", [relu("x", "y\n"), relu("y\n", "y")], .badName),
        ] as [(String, [Wire], ImportError.Code)])
    func filesThatBreakTheFirstRulesAreRefused(what: String, nodes: [Wire], code: ImportError.Code) throws {
        let error = #expect(throws: ImportError.self) { try subject(ModelBytes.model(ModelBytes.graph(nodes))) }
        #expect(error?.code == code, "\(what)")
    }
}
