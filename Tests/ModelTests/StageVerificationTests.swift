import Foundation
import GRLOptimizer
import GRLRestoration
import GRLRuntime
import Testing

@Suite struct StageVerificationTests {
    private static func verifications(_ name: String) throws -> [StageVerification] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        return try StageVerification.atTwoSizes(contentsOfFile: folder.appending(path: "\(name).onnx").path)
    }

    @Test(arguments: [
        "plain-ts17", "base-dynamo22", "dynamic-ts17", "swinir-ts17", "euclidean-ts16", "plain-batch2-ts15",
    ])
    func allStagesAgree(name: String) throws {
        let verification = try #require(Self.verifications(name).first)
        #expect(verification.reference == .imported)
        #expect(verification.comparisons.map(\.stage) == [.simplified, .lifted, .fused])
        #expect(verification.agrees, "\(verification.comparisons)")
    }

    /// A lifted network at a size that the export does not have, a file of open size as it stands there too.
    @Test(arguments: [
        ("plain-ts17", [1, 3, 11, 29], OptimizationStage.lifted, 1), ("plain-batch2-ts15", [2, 3, 11, 29], .lifted, 1),
        ("plain-declared-dynamic-ts17", [1, 3, 11, 29], .lifted, 1), ("dynamic-ts17", [1, 3, 35, 69], .imported, 3),
        ("dynamic-multiples-ts18", [1, 3, 35, 69], .lifted, 1),
    ])
    func otherSizes(name: String, shape: [Int], reference: OptimizationStage, count: Int) throws {
        let verifications = try Self.verifications(name)
        try #require(verifications.count == 2)
        #expect(verifications[1].input == "float32\(shape)")
        #expect(verifications[1].reference == reference && verifications[1].comparisons.count == count)
        #expect(verifications[1].agrees, "\(verifications[1].comparisons)")
    }

    @Test(arguments: ["euclidean-ts16", "groups-ts17", "dynamic-groups-ts15"])
    func networksThatKeepTheirSize(name: String) throws {
        let verifications = try Self.verifications(name)
        #expect(verifications.count == 1)
        #expect(verifications.first?.agrees == true)
    }
}
