import Foundation
import GRL

/// A folder of its own for each test, with a small model and what the test puts there; removed in the end.
final class Workspace {
    let folder: URL

    init(model: TinyModel = .negative) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "grl-tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(model, as: "model.onnx")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// What a finished run of the tool left.
    struct Outcome {
        let exitCode: Int32
        /// The signal that ended the process.
        let signal: Int32?
        let output: String
        let errors: String
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// All files, hidden ones too, sorted by name.
    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

    func write(_ model: TinyModel, as name: String) throws {
        try model.bytes.write(to: folder.appending(path: name))
    }

    func write(_ text: String, as name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

    /// A picture whose samples follow from their place.
    @discardableResult
    func writePicture(
        _ name: String, width: Int = 9, height: Int = 7, depth: Image.BitDepth = .eight,
        _ color: Image.ColorModel = .rgb, alpha: Bool = false
    ) throws -> Image {
        var image = try Image(width: width, height: height, bitDepth: depth, colorModel: color, hasAlpha: alpha)
        try image.withUnsafeMutableBytes { bytes in
            for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 7) }
        }
        try image.write(toFile: path(name))
        return image
    }

    func samples(_ name: String) throws -> [UInt8] {
        try Image(contentsOfFile: path(name)).withUnsafeBytes { Array($0) }
    }

    /// The folder of the tools, beside the tests.
    private static let tools = URL(
        filePath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    )
    .deletingLastPathComponent()

    /// Prepares a run of a tool in the folder.
    func process(_ arguments: [String], tool: String = "grl-run", environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = Self.tools.appending(path: tool)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        return process
    }

    /// Runs a tool to its end; `whileRunning` is called once it has started.
    func run(
        _ arguments: String..., tool: String = "grl-run", standardOutput: String? = nil,
        whileRunning: (Process) throws -> Void = { _ in }
    ) throws -> Outcome {
        try run(arguments, tool: tool, standardOutput: standardOutput, whileRunning: whileRunning)
    }

    /// Runs a tool to its end; `whileRunning` is called once it has started.
    func run(
        _ arguments: [String], tool: String = "grl-run", standardOutput: String? = nil,
        whileRunning: (Process) throws -> Void = { _ in }
    ) throws -> Outcome {
        let process = process(arguments, tool: tool)
        let streams = FileManager.default.temporaryDirectory.appending(path: "grl-streams-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: streams) }
        let files = try ["out", "err"].map { name in
            let file = streams.appending(path: name)
            try Data().write(to: file)
            return file
        }
        process.standardOutput = try FileHandle(forWritingTo: standardOutput.map { URL(filePath: $0) } ?? files[0])
        process.standardError = try FileHandle(forWritingTo: files[1])
        try process.run()
        try whileRunning(process)
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        let wasSignalled = process.terminationReason == .uncaughtSignal
        return Outcome(
            exitCode: wasSignalled ? -1 : process.terminationStatus,
            signal: wasSignalled ? process.terminationStatus : nil, output: texts[0], errors: texts[1])
    }
}
