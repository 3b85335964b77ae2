import Foundation
import GRLImaging
import GRLRestoration
import GRLTensor
import GRLValidation
import Testing

@Suite struct PhotographTests {
    private static let pictures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Models/images")

    private func picture(_ name: String) throws -> Tensor {
        try Image(contentsOfFile: Self.pictures.appending(path: name).path).colorTensor()
    }

    private func numbers(_ tensor: Tensor) throws -> [Float] { try tensor.elements(of: Float.self) }

    @Test func theBundledOneIsAPartOfAPhotographOfTheProject() throws {
        let part = try picture("chelsea.png").region(top: 70, left: 140, height: 96, width: 96)
        #expect(try numbers(Photograph.bundled().tensor(part.shape)) == numbers(part))
    }

    /// Small sizes are cut from it, at larger ones it is mirrored.
    @Test(arguments: [(20, 30), (96, 100), (200, 96)]) func itHasAnySize(height: Int, width: Int) throws {
        let part = try picture("chelsea.png").region(top: 70, left: 140, height: 96, width: 96)
        let expected = try part.region(top: 0, left: 0, height: height, width: width)
        #expect(try numbers(Photograph.bundled().tensor(Shape([1, 3, height, width]))) == numbers(expected))
    }

    /// Gray networks get one channel, those of two views one picture twice, and pictures of a batch differ.
    @Test func itHasAnyChannelsAndBatch() throws {
        let photograph = try Photograph.bundled()
        let color = try numbers(photograph.tensor(Shape([1, 3, 8, 9])))
        #expect(try numbers(photograph.tensor(Shape([1, 1, 8, 9]))) == Array(color.prefix(72)))
        #expect(try numbers(photograph.tensor(Shape([1, 6, 8, 9]))) == color + color)
        let batch = try numbers(photograph.tensor(Shape([2, 3, 8, 9])))
        #expect(Array(batch.prefix(216)) == color && Array(batch.suffix(216)) != color)
    }

    @Test func givenOnesTakeItsPlace() async throws {
        let path = Self.pictures.appending(path: "coffee.png").path
        let photograph = try Photograph(path: path)
        #expect(photograph.title == "'\(path)'")
        let part = try picture("coffee.png").region(top: 0, left: 0, height: 16, width: 24)
        #expect(try numbers(photograph.tensor(Shape([1, 3, 16, 24]))) == numbers(part))
        let subject = try Subject(contentsOfFile: Fixtures.twin("plain-ts17"))
        let findings = try await AgainstCheck(path: Fixtures.twin("plain-dynamo20"), photograph: path).run(on: subject)
        let inputs = findings.filter { $0.check == "against.photograph" }.compactMap {
            $0.message.split(separator: ":").first
        }
        #expect(inputs.count == 3 && inputs.allSatisfy { $0.hasPrefix("'\(path)', ") }, "\(findings)")
    }
}
