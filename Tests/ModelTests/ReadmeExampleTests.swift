import Foundation
import GRL
import Testing

/// The README's Swift example is `ReadmeExample.swift`, word for word, and does what it says.
@Suite struct ReadmeExampleTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../..").standardizedFileURL

    @Test func theReadmeHoldsTheSource() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let source = try String(
            contentsOf: Self.root.appending(path: "Tests/ModelTests/ReadmeExample.swift"), encoding: .utf8)
        #expect(readme.contains("```swift\n\(source)```\n"))
    }

    @Test func theExampleRestores() async throws {
        let images = Self.root.appending(path: "Models/images")
        let noisy = images.appending(path: "chelsea-sigma25.png").path()
        let clean = images.appending(path: "chelsea.png").path()
        let output = FileManager.default.temporaryDirectory.appending(path: "grl-readme-\(UUID().uuidString).png")
            .path()
        defer { try? FileManager.default.removeItem(atPath: output) }
        let model = Self.root.appending(path: "Models/grl-nano-dn25/grl-nano-dn25.onnx").path()
        try await restore(noisy, with: model, to: output)
        #expect(try peakSignalToNoise(noisy, clean) < 21)
        #expect(try peakSignalToNoise(output, clean) > 32.3)
    }

    /// PSNR of two 8-bit images over all samples, in dB.
    private func peakSignalToNoise(_ first: String, _ second: String) throws -> Double {
        let (a, b) = (try Image(contentsOfFile: first), try Image(contentsOfFile: second))
        return a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                let error = zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
                return 10 * log10(255 * 255 * Double(a.count) / error)
            }
        }
    }
}
