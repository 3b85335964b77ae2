import Foundation
import GRLRuntime
import Testing

@Suite struct StageVerificationTests {
    @Test(arguments: [
        "plain-ts17.onnx", "base-dynamo22.onnx", "dynamic-ts17.onnx", "swinir-ts17.onnx", "euclidean-ts16.onnx",
    ])
    func allStagesAgree(file: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let verification = try StageVerification(contentsOfFile: folder.appending(path: file).path)
        #expect(verification.comparisons.map(\.stage) == [.simplified, .lifted, .fused])
        #expect(verification.agrees, "\(verification.comparisons)")
    }
}
