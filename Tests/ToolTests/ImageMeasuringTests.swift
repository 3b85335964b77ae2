import Foundation
import GRL
import Testing

/// What `grl-validate --images` measures, prints and writes.
@Suite struct ImageMeasuringTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Models")

    private func folder(_ name: String, in workspace: Workspace) throws {
        try FileManager.default.createDirectory(atPath: workspace.path(name), withIntermediateDirectories: true)
    }

    /// The bundled network on one of the bundled photographs, as its page has the figures.
    @Test func bundledNetworkHasItsFigures() throws {
        let workspace = try Workspace()
        try folder("noisy", in: workspace)
        try folder("clean", in: workspace)
        for (name, folder) in [("chelsea-sigma25.png", "noisy"), ("chelsea.png", "clean")] {
            try FileManager.default.copyItem(
                atPath: Self.models.appending(path: "images/\(name)").path, toPath: workspace.path("\(folder)/\(name)"))
        }
        let model = Self.models.appending(path: "grl-nano-dn25/grl-nano-dn25.onnx").path
        let run = try workspace.run(
            model, "--images", "noisy", "--targets", "clean", "--csv", "scores.csv", "--markdown", "scores.md",
            "--json",
            tool: "grl-validate")
        #expect(run.exitCode == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.format == "grl-validate-images/1" && report.images.count == 1)
        #expect(report.measurement?.imageProtocol == "plain" && report.measurement?.largestSample == 255)
        let picture = try #require(report.images.first)
        #expect(picture.width == 451 && picture.height == 300)
        #expect(abs((picture.before?.psnr ?? 0) - 20.24) < 0.006)
        #expect(abs((picture.after.psnr ?? 0) - 32.38) < 0.006)
        #expect((picture.after.psnrY ?? 0) > (picture.after.psnr ?? 0))
        #expect(report.mean?.psnr == picture.after.psnr)
        let table = String(decoding: try workspace.bytes("scores.csv"), as: UTF8.self)
        #expect(table.hasPrefix("picture,width,height,before,psnr,ssim,psnr_y,ssim_y,s\r\n"))
        #expect(table.contains("\r\nchelsea-sigma25.png,451,300,20.2"))
        let page = String(decoding: try workspace.bytes("scores.md"), as: UTF8.self)
        #expect(page.contains("| chelsea-sigma25.png | 300×451 | 20.24 | 32.38 |"))
    }

    @Test func noiseIsAddedToCleanPictures() throws {
        let workspace = try Workspace()
        try folder("Urban100", in: workspace)
        try workspace.writePicture("Urban100/a.png", width: 40, height: 30)
        try workspace.writePicture("Urban100/b.png", width: 30, height: 40)
        let run = try workspace.run(
            "model.onnx", "--images", "Urban100", "--sigma", "25", "--paper", "T", tool: "grl-validate")
        #expect(run.exitCode == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        #expect(
            lines.first
                == "protocol dn; noise of σ 25 added, seed 0; results rounded to 8 bits; no border left out")
        #expect(lines.contains("paper, GRL-T, PSNR: Urban100 32.84 (this set)"))
        #expect(lines.suffix(3).map { $0.prefix { $0 != " " } } == ["a.png", "b.png", "mean"])
        let again = try workspace.run(
            "model.onnx", "--images", "Urban100", "--sigma", "25", "--json", tool: "grl-validate")
        let report = try JSONDecoder().decode(Report.self, from: Data(again.output.utf8))
        #expect(report.measurement?.imageProtocol == "dn" && report.measurement?.sigma == 25)
        #expect(report.paper.map(\.psnr) == [32.84, 33.07, 33.35])
    }

    @Test func aFailureLeavesNothing() throws {
        let workspace = try Workspace()
        for name in ["lq", "hq"] { try folder(name, in: workspace) }
        for name in ["lq/ax2.png", "lq/bx2.png", "hq/a.png"] { try workspace.writePicture(name) }
        try workspace.write("no picture", as: "hq/b.png")
        try workspace.write("mine", as: "taken.csv")
        for (arguments, exitCode, text) in [
            (["--images", "lq", "--targets", "hq", "--csv", "new.csv"], 65, "hq/b.png"),
            (["--images", "lq", "--targets", "lq2"], 66, "did you mean 'lq'?"),
            (["--images", "hq", "--targets", "model.onnx"], 66, "FILE_NOT_FOLDER"),
            (["--images", "lq", "--targets", "hq", "--csv", "taken.csv"], 73, "--force"),
            (["--images", "lq", "--targets", "hq", "--csv", "model.onnx", "--force"], 73, "OUTPUT_IS_INPUT"),
            (["--images", "lq", "--targets", "hq", "--csv", "hq/a.png", "--force"], 73, "OUTPUT_IS_INPUT"),
            (["--images", "lq", "--targets", "hq", "--markdown", "missing/new.md"], 73, "FILE_CANNOT_CREATE"),
            (["--images", "lq"], 64, "--targets"), (["--targets", "hq"], 64, "--images"),
            (["--images", "lq", "--sigma", "300"], 64, "--sigma"),
            (["--images", "lq", "--sigma", "5", "--protocol", "sr"], 64, "--protocol sr"),
            (["--images", "lq", "--targets", "hq", "--junit", "new.xml"], 64, "--images"),
        ] {
            let process = workspace.process(["model.onnx"] + arguments, tool: "grl-validate")
            let errors = Pipe()
            process.standardOutput = FileHandle.nullDevice
            process.standardError = errors
            try process.run()
            let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == exitCode, "\(arguments): \(message)")
            #expect(message.contains(text), "\(arguments): \(message)")
        }
        try FileManager.default.removeItem(atPath: workspace.path("hq/b.png"))
        let lonely = try workspace.run("model.onnx", "--images", "lq", "--targets", "hq", tool: "grl-validate")
        #expect(lonely.exitCode == 66 && lonely.errors.contains("NO_PARTNER") && lonely.errors.contains("'bx2.png'"))
        #expect(workspace.files == ["hq", "lq", "model.onnx", "taken.csv"])
        #expect(try workspace.bytes("taken.csv") == Data("mine".utf8))
    }

    private struct Report: Decodable {
        struct Measurement: Decodable {
            let imageProtocol: String
            let largestSample: Int?
            let sigma: Double?
        }
        struct Figures: Decodable {
            let psnr: Double?
            let psnrY: Double?
        }
        struct Picture: Decodable {
            let width: Int
            let height: Int
            let before: Figures?
            let after: Figures
        }
        struct Published: Decodable { let psnr: Double }
        let format: String
        let measurement: Measurement?
        let images: [Picture]
        let mean: Figures?
        let paper: [Published]
    }
}
