import Foundation
import GRL
import Testing

/// Pictures of five sizes through an export of one size, against what PyTorch's network makes of them.
/// `Fixtures/make_restored.py` recorded that.
@Suite struct AnySizeTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let fixtures = folder.appending(path: "Fixtures")
    private static let model = folder.appending(path: "../../Models/grl-nano-dn25/grl-nano-dn25-64x64.onnx")
        .standardizedFileURL

    /// Width and height: that of the export; windows of another number; padded by reflection; padded with zeros.
    private static let sizes = ["64x64", "128x96", "50x77", "100x17", "40x9"]

    @Test(arguments: sizes) func oneExportRestoresAsPyTorchDoes(size: String) throws {
        let workspace = try Workspace()
        let noisy = Self.fixtures.appending(path: "noisy-\(size).png").path
        let run = try workspace.run(Self.model.path, noisy, "-o", "restored.png", "-v")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(!run.errors.contains("tiles"))
        let restored = try Image(contentsOfFile: workspace.path("restored.png"))
        let expected = try Image(contentsOfFile: Self.fixtures.appending(path: "restored-\(size).png").path)
        #expect("\(restored.width)x\(restored.height)" == size)
        let samples = restored.withUnsafeBytes { Array($0) }
        let others = expected.withUnsafeBytes { Array($0) }
        try #require(samples.count == others.count)
        let largest = zip(samples, others).map { abs(Int($0) - Int($1)) }.max()
        #expect(largest ?? 0 <= 1, "samples differ by up to \(largest ?? 0) of 255")
        // Rounding aside, they are equal.
        let count = zip(samples, others).count { $0 != $1 }
        #expect(count * 1000 <= samples.count, "\(count) of \(samples.count) samples differ")
    }

    @Test func allSizesInOneRunAreRestoredAlike() throws {
        let workspace = try Workspace()
        let folder = workspace.path("noisy")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for size in Self.sizes {
            try FileManager.default.copyItem(
                at: Self.fixtures.appending(path: "noisy-\(size).png"),
                to: URL(filePath: folder).appending(path: "\(size).png"))
        }
        try FileManager.default.createDirectory(atPath: workspace.path("out"), withIntermediateDirectories: false)
        let run = try workspace.run(Self.model.path, "noisy", "-o", "out")
        #expect(run.exitCode == 0, "\(run.errors)")
        for size in Self.sizes {
            let noisy = Self.fixtures.appending(path: "noisy-\(size).png").path
            #expect(try workspace.run(Self.model.path, noisy, "-o", "\(size).png").exitCode == 0)
            #expect(try workspace.samples("out/\(size).png") == workspace.samples("\(size).png"))
        }
    }
}
