import Foundation
import GRL
import Testing

/// Pictures in, pictures out.
@Suite struct RestoringTests {
    @Test func resultsStandBesideTheirInputs() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png")
        #expect(run.exitCode == 0)
        #expect(run.output.hasPrefix("photo-restored.png: 9×7, 8-bit RGB"))
        #expect(workspace.files == ["model.onnx", "photo-restored.png", "photo.png"])
        #expect(try workspace.samples("photo-restored.png") == workspace.samples("photo.png").map { 255 - $0 })
    }

    @Test(arguments: [Image.BitDepth.eight, .sixteen], [Image.ColorModel.gray, .rgb])
    func depthAndColoursAreKept(_ depth: Image.BitDepth, _ color: Image.ColorModel) throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", depth: depth, color, alpha: true)
        #expect(try workspace.run("model.onnx", "photo.png", "-o", "kept.png").exitCode == 0)
        #expect(try workspace.run("model.onnx", "photo.png", "-o", "dropped.png", "--alpha", "drop").exitCode == 0)
        let kept = try Image(contentsOfFile: workspace.path("kept.png"))
        #expect(kept.bitDepth == depth && kept.colorModel == color && kept.hasAlpha)
        #expect(try !Image(contentsOfFile: workspace.path("dropped.png")).hasAlpha)
    }

    @Test func foldersAreRestoredAndErrorsDoNotStopTheRest() throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.path("in"), withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: workspace.path("out"), withIntermediateDirectories: false)
        try workspace.writePicture("in/a.png")
        try workspace.write("no picture", as: "in/b.png")
        try workspace.writePicture("in/c.png", .gray)
        try workspace.write("ignored", as: "in/notes.txt")
        let run = try workspace.run("model.onnx", "in", "-o", "out")
        #expect(run.exitCode == 65)
        #expect(run.errors.contains("in/b.png") && run.errors.contains("IMG_FORMAT"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: workspace.path("out")).sorted() == ["a.png", "c.png"])
        #expect(try workspace.run("model.onnx", "in").exitCode == 65)
        let again = try workspace.run("model.onnx", "in", "--force")
        #expect(again.exitCode == 65)
        #expect(!workspace.files.contains { $0.contains("restored-restored") })
    }

    @Test func inputsOfOneNameGetResultsOfTwo() throws {
        let workspace = try Workspace()
        try FileManager.default.createDirectory(atPath: workspace.path("out"), withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: workspace.path("other"), withIntermediateDirectories: false)
        try workspace.writePicture("a.png")
        try FileManager.default.copyItem(atPath: workspace.path("a.png"), toPath: workspace.path("a.jpg"))
        #expect(try workspace.run("model.onnx", "a.png", "a.jpg", "-o", "out").exitCode == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: workspace.path("out")).sorted()
        #expect(names == ["a-jpg.png", "a-png.png"])
    }

    @Test func twoViewsMakeOnePicture() throws {
        let workspace = try Workspace()
        // A 1×1 convolution that takes the difference of the views.
        var weights = [Float](repeating: 0, count: 18)
        for channel in 0..<3 {
            weights[channel * 6 + channel] = 1
            weights[channel * 6 + channel + 3] = -1
        }
        try workspace.write(
            TinyModel(
                channels: (6, 3), nodes: [TinyModel.Node(operatorName: "Conv", constants: [([3, 6, 1, 1], weights)])]),
            as: "views.onnx")
        try workspace.writePicture("left.png")
        try workspace.writePicture("right.png")
        let run = try workspace.run("views.onnx", "--dual-pixel", "left.png", "right.png", "-o", "sharp.png")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(try workspace.samples("sharp.png").allSatisfy { $0 == 0 })
        let single = try workspace.run("views.onnx", "left.png")
        #expect(single.exitCode == 65)
        #expect(single.errors.contains("two views"))
    }

    @Test func fixedModelsRunInTiles() throws {
        let workspace = try Workspace()
        var model = TinyModel.negative
        model.size = (8, 16)
        // Zeros of both signs, one for each pixel: the sum changes nothing but has a size.
        let zeros = (0..<8 * 16).map { $0.isMultiple(of: 2) ? Float(0) : -0.0 }
        model.nodes.append(TinyModel.Node(operatorName: "Add", constants: [([1, 1, 8, 16], zeros)]))
        try workspace.write(model, as: "fixed.onnx")
        try workspace.writePicture("photo.png", width: 50, height: 21)
        let run = try workspace.run("fixed.onnx", "photo.png", "-v", "--ensemble")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("fixed at 16×8"))
        #expect(run.errors.contains("tiles"))
        #expect(try workspace.samples("photo-restored.png") == workspace.samples("photo.png").map { 255 - $0 })
    }

    private static func fixture(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../ModelTests/Fixtures/\(name).onnx")
            .standardized.path
    }

    /// GRL-B's local branch has channel attention.
    @Test func tilesOfChannelAttentionAreWarnedOf() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 40, height: 32)
        let whole = try workspace.run(Self.fixture("base-ts12"), "photo.png", "-o", "whole.png")
        #expect(whole.exitCode == 0 && !whole.errors.contains("warning"), "\(whole.errors)")
        for (model, warns) in [("base-ts12", true), ("plain-ts17", false)] {
            let tiled = try workspace.run(
                Self.fixture(model), "photo.png", "--tile", "16", "--force", "-o", "tiled.png")
            #expect(tiled.exitCode == 0, "\(tiled.errors)")
            #expect(tiled.errors.contains("statistics over the whole picture") == warns, "\(tiled.errors)")
        }
    }

    @Test func theReasonsThatKeepASizeAreTold() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 16, height: 16)
        let kept = try workspace.run(Self.fixture("groups-ts17"), "photo.png", "-v")
        #expect(kept.exitCode == 0)
        #expect(kept.errors.contains("fixed at 16×16"))
        #expect(
            kept.errors.contains("lift: declined, stripes are a part of the image, says the file (grl.stripe_groups)"))
        #expect(kept.errors.contains("lift: runs at the size of the export, with 12 attentions lifted"))
        let lifted = try workspace.run(Self.fixture("plain-ts17"), "photo.png", "-v", "--force")
        #expect(lifted.errors.contains("lift: runs at any size: 12 attentions, padding to 8×8"))
        #expect(try !workspace.run(Self.fixture("plain-ts17"), "photo.png", "--force").errors.contains("lift:"))
    }

    @Test func tilesOfNetworksThatReadTheWholePictureAreWarnedOf() throws {
        let workspace = try Workspace()
        // Every channel is normalised by its mean and variance.
        let normalization = TinyModel.Node(
            operatorName: "InstanceNormalization", constants: [([3], [1, 1, 1]), ([3], [0, 0, 0])])
        try workspace.write(TinyModel(nodes: [normalization]), as: "mean.onnx")
        try workspace.writePicture("photo.png", width: 50, height: 21)
        #expect(try !workspace.run("mean.onnx", "photo.png").errors.contains("warning"))
        let run = try workspace.run("mean.onnx", "photo.png", "--tile", "16", "--force")
        #expect(run.exitCode == 0, "\(run.errors)")
        #expect(run.errors.contains("warning") && run.errors.contains("whole picture"))
    }

    @Test func comparisonsTellBeforeAndAfter() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png", width: 32, height: 32)
        #expect(try workspace.run("model.onnx", "photo.png", "-o", "clean.png").exitCode == 0)
        let run = try workspace.run("model.onnx", "photo.png", "--compare", "clean.png")
        #expect(run.exitCode == 0)
        #expect(run.output.contains("before") && run.output.contains("equal, SSIM 1.0000 after"))
        try workspace.writePicture("small.png")
        let mismatch = try workspace.run("model.onnx", "photo.png", "--compare", "small.png", "-o", "other.png")
        #expect(mismatch.exitCode == 65)
        #expect(!workspace.files.contains("other.png"))
    }
}
