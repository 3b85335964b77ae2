import Foundation
import GRL
import Testing

/// What goes wrong is said in words, with an exit code, and leaves nothing behind.
@Suite struct ErrorTests {
    @Test func misspeltPathsSuggestTheirNeighbours() throws {
        let workspace = try Workspace()
        try workspace.writePicture("holiday.png")
        try FileManager.default.createDirectory(atPath: workspace.path("pictures"), withIntermediateDirectories: false)
        try workspace.writePicture("pictures/beach.png")
        for (arguments, suggestion) in [
            (["model.onnx", "holyday.png"], "holiday.png"), (["model.onnx", "hoilday.PNG"], "holiday.png"),
            (["modle.onnx", "holiday.png"], "model.onnx"),
            (["model.onnx", "picture/beach.png"], "pictures/beach.png"),
        ] {
            let run = try workspace.run(arguments[0], arguments[1])
            #expect(run.exitCode == 66)
            #expect(run.errors.contains("did you mean '\(suggestion)'?"), "\(run.errors)")
            #expect(run.errors.contains("FILE_NOT_FOUND"))
        }
        let far = try workspace.run("model.onnx", "something-else-entirely.png")
        #expect(far.exitCode == 66)
        #expect(!far.errors.contains("did you mean"))
    }

    @Test func outputsThatExistStayAsTheyAre() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        try workspace.write("mine", as: "photo-restored.png")
        let run = try workspace.run("model.onnx", "photo.png")
        #expect(run.exitCode == 73)
        #expect(run.errors.contains("--force"))
        #expect(try workspace.bytes("photo-restored.png") == Data("mine".utf8))
        #expect(try workspace.run("model.onnx", "photo.png", "--force").exitCode == 0)
        #expect(try workspace.bytes("photo-restored.png") != Data("mine".utf8))
    }

    @Test func unsuitableOutputsAreRefusedBeforeTheWork() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        try workspace.writePicture("second.png")
        let before = try workspace.bytes("photo.png")
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path("link.png"), withDestinationPath: workspace.path("photo.png"))
        try FileManager.default.createSymbolicLink(
            atPath: workspace.path("nowhere.png"), withDestinationPath: workspace.path("missing"))
        let longName = String(repeating: "n", count: 300) + ".png"
        for output in ["photo.png", "./photo.png", "link.png", "nowhere.png", "missing/out.png", longName] {
            let run = try workspace.run("model.onnx", "photo.png", "--force", "-o", output)
            #expect(run.exitCode == 73, "\(output): \(run.errors)")
        }
        for output in ["missing", "second.png"] {
            #expect(try workspace.run("model.onnx", "photo.png", "second.png", "-o", output).exitCode == 73)
        }
        #expect(try workspace.bytes("photo.png") == before)
        #expect(workspace.files == ["link.png", "model.onnx", "nowhere.png", "photo.png", "second.png"])
    }

    @Test func brokenModelsAreDataErrors() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        try workspace.write("", as: "empty.onnx")
        try workspace.write("<!DOCTYPE html><html></html>", as: "page.onnx")
        try workspace.bytes("photo.png").write(to: workspace.folder.appending(path: "picture.onnx"))
        try workspace.bytes("model.onnx").dropLast(9).write(to: workspace.folder.appending(path: "cut.onnx"))
        for model in ["empty.onnx", "page.onnx", "picture.onnx", "cut.onnx"] {
            let run = try workspace.run(model, "photo.png")
            #expect(run.exitCode == 65, "\(run.errors)")
            #expect(run.errors.hasPrefix("error: ") || run.errors.contains("\nerror: "))
            #expect(run.errors.contains(model))
        }
        #expect(!workspace.files.contains("photo-restored.png"))
    }

    @Test func unknownOperatorsAreListed() throws {
        let workspace = try Workspace()
        try workspace.write(TinyModel(nodes: [TinyModel.Node(operatorName: "Frobnicate")]), as: "unknown.onnx")
        try workspace.writePicture("photo.png")
        let run = try workspace.run("unknown.onnx", "photo.png")
        #expect(run.exitCode == 69)
        #expect(run.errors.contains("Frobnicate") && run.errors.contains("node0"))
    }

    @Test func modelsOfOtherThingsAreNamed() throws {
        let workspace = try Workspace()
        try workspace.write(
            TinyModel(
                size: (8, 8),
                nodes: [TinyModel.Node(operatorName: "ReduceMean", integerLists: ["axes": [2, 3]])]),
            as: "classifier.onnx")
        try workspace.writePicture("photo.png")
        let run = try workspace.run("classifier.onnx", "photo.png")
        #expect(run.exitCode == 65)
        #expect(run.errors.contains("MODEL_CONTRACT"))
        #expect(run.errors.contains("[1, 3, 1, 1]"))
    }

    @Test func outputsThatAreNotNumbersAreErrors() throws {
        let workspace = try Workspace()
        try workspace.write(
            TinyModel(nodes: [TinyModel.Node(operatorName: "Log"), .init(operatorName: "Log")]), as: "nan.onnx")
        try workspace.writePicture("photo.png")
        let run = try workspace.run("nan.onnx", "photo.png")
        #expect(run.exitCode == 65)
        #expect(run.errors.contains("OUTPUT_NAN"))
        #expect(!workspace.files.contains("photo-restored.png"))
        #expect(try workspace.run("nan.onnx", "photo.png", "--nan", "zero").exitCode == 0)
    }

    @Test func tooLittleMemoryIsRefused() throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let run = try workspace.run("model.onnx", "photo.png", "--max-memory", "1M")
        #expect(run.exitCode == 71)
        #expect(run.errors.contains("MEMORY_BUDGET"))
    }

    @Test(arguments: [
        ["model.onnx"], [], ["model.onnx", "photo.png", "--tile", "0"], ["model.onnx", "photo.png", "--threads", "-1"],
        ["model.onnx", "photo.png", "-o", "out.jpg"], ["photo.png", "model.onnx"],
        ["model.onnx", "photo.png", "--tile", "64", "--overlap", "64"], ["model.onnx", "photo.png", "-q", "-v"],
        ["model.onnx", "photo.png", "--max-memory", "much"], ["model.onnx", "photo.png", "--alpha", "green"],
        ["model.onnx", "--dual-pixel", "photo.png"], ["model.onnx", "photo.png", "--frobnicate"],
        ["model.onnx", "photo.png", "--verify"], ["model.onnx", "--verify", "--save-lifted", "out.onnx"],
        ["model.onnx", "photo.png", "--save-lifted", "out.onnx"], ["model.onnx", "--save-lifted", "out.png"],
    ]) func wrongUsageIsTold(_ arguments: [String]) throws {
        let workspace = try Workspace()
        try workspace.writePicture("photo.png")
        let process = workspace.process(arguments)
        let errors = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 64)
        #expect(text.uppercased().contains("USAGE:"))
        #expect(workspace.files == ["model.onnx", "photo.png"])
    }
}
