import Foundation
import GRLValidation
import TestSupport
import Testing

/// What other runtimes are known to refuse.
@Suite struct RuntimesCheckTests {
    /// A file of one node, and what a runtime has against it.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let runtime: String
        var operatorName = "Relu"
        var domain = ""
        var opset: UInt64 = 17
        var irVersion: UInt64 = 8
        /// The number of the type that the input has.
        var elementType: UInt64 = 1
        /// What is said; nil where there is nothing to say.
        let words: String?

        var testDescription: String { "\(runtime) \(operatorName) \(opset) \(irVersion) \(elementType)" }
    }

    private func findings(_ file: Refusal) async throws -> [Finding] {
        let folder = try TemporaryFolder()
        let node = ModelBytes.node(file.operatorName, ["x"], ["y"], domain: file.domain)
        let type = Wire().message(1, Wire().number(1, file.elementType))
        let graph = ModelBytes.graph([node], inputs: []).message(11, Wire().text(1, "x").message(2, type))
        let domain = file.domain.isEmpty ? Wire() : Wire().message(8, Wire().text(1, file.domain).number(2, 1))
        let model = ModelBytes.model(graph, irVersion: file.irVersion, opset: file.opset, extra: domain)
        try Data(model).write(to: URL(filePath: folder.path("model.onnx")))
        return try await RuntimesCheck().run(on: Subject(contentsOfFile: folder.path("model.onnx")))
    }

    private func expect(_ file: Refusal) async throws {
        let findings = try await findings(file)
        #expect(findings.map(\.check) == ["runtimes.onnxruntime", "runtimes.openvino", "runtimes.tensorrt"])
        let finding = try #require(findings.first { $0.check == "runtimes.\(file.runtime)" })
        #expect(finding.outcome == (file.words == nil ? .passed : .warned), "\(finding)")
        #expect(finding.message.contains(file.words ?? "nothing that it is known to refuse"), "\(finding)")
    }

    @Test(arguments: [
        Refusal(runtime: "onnxruntime", words: nil),
        Refusal(runtime: "onnxruntime", operatorName: "ImageDecoder", opset: 20, words: "no ImageDecoder"),
        Refusal(runtime: "onnxruntime", operatorName: "LinearAttention", opset: 27, words: "no LinearAttention"),
        Refusal(runtime: "onnxruntime", opset: 27, words: nil),
        Refusal(runtime: "onnxruntime", operatorName: "DeformConv", opset: 19, words: nil),
        Refusal(
            runtime: "onnxruntime", operatorName: "Warp", domain: "com.example",
            words: "operators outside the standard: com.example.Warp"),
    ])
    func whatONNXRuntimeRefuses(file: Refusal) async throws { try await expect(file) }

    @Test(arguments: [
        Refusal(runtime: "openvino", words: nil),
        Refusal(runtime: "openvino", operatorName: "DeformConv", opset: 19, words: "no DeformConv"),
        Refusal(runtime: "openvino", operatorName: "MaxUnpool", words: "no MaxUnpool"),
        Refusal(runtime: "openvino", opset: 27, words: nil),
        Refusal(runtime: "openvino", operatorName: "BitwiseNot", opset: 18, elementType: 5, words: nil),
    ])
    func whatOpenVINORefuses(file: Refusal) async throws { try await expect(file) }

    @Test(arguments: [
        Refusal(runtime: "tensorrt", words: nil),
        Refusal(runtime: "tensorrt", operatorName: "BitwiseNot", opset: 18, elementType: 6, words: "no BitwiseNot"),
        Refusal(runtime: "tensorrt", opset: 25, words: "opset 25 is outside 9 to 24"),
        Refusal(runtime: "tensorrt", opset: 8, words: "opset 8 is outside 9 to 24"),
        Refusal(runtime: "tensorrt", operatorName: "Neg", elementType: 5, words: "no int16"),
        Refusal(runtime: "tensorrt", operatorName: "DeformConv", opset: 19, words: nil),
    ])
    func whatTensorRTRefuses(file: Refusal) async throws { try await expect(file) }
}
