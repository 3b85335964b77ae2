import ArgumentParser
import Foundation
import GRL
import GRLInspection
import GRLTensor
import GRLTools

/// What the subcommands that run a model on a picture have in common.
struct PictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The right view, for networks that take two of one scene; <image> is then the left one.",
            valueName: "image"),
        completion: .file(extensions: pictureExtensions))
    var right: String?

    @Option(
        name: [.short, .long], help: "The PNG file to write (default: beside the picture).",
        completion: .file(extensions: ["png"]))
    var output: String?

    @Flag(name: .long, help: "Replace an output that exists.")
    var force = false

    @Option(help: ArgumentHelp("Threads (default: all cores).", valueName: "N"))
    var threads: Int?

    @Option(
        name: .customLong("max-memory"),
        help: ArgumentHelp(
            "Memory to use, such as 900M or 2G (default: three quarters of what is free).", valueName: "size"))
    var maxMemory: MemorySize?

    @Flag(help: "Print a report in JSON to standard output.")
    var json = false

    @Flag(name: [.short, .long], help: "Print errors only.")
    var quiet = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads cannot be \(threads); choose 1 or more.") }
    }

    /// The most bytes to use.
    var memoryLimit: Int? { maxMemory?.bytes ?? SystemMemory.defaultLimit }

    /// Where the picture of what was found goes: `--output`, or beside the picture, its name with `suffix`.
    func outputPath(beside image: String, suffix: String) -> String {
        output ?? PictureFiles.join(PictureFiles.folder(image), PictureFiles.stem(image) + suffix + ".png")
    }

    /// The picture, and the right view where there is one.
    ///
    /// - Throws: an ``ImageError``; a ``ToolError`` where the views differ in size or colours.
    func views(_ image: String) throws -> [Image] {
        let views = try [image, right].compactMap { $0 }.map { path in
            try ImageReader.read(path: path, isCancelled: { Task.isCancelled })
        }
        guard let left = views.first, let last = views.last,
            left.width != last.width || left.height != last.height || left.colorModel != last.colorModel
        else { return views }
        throw ToolError(
            .data, "VIEW_MISMATCH",
            "the right view has \(last.width)×\(last.height) pixels of \(last.colorModel.channelCount) channels, the left "
                + "one \(left.width)×\(left.height) of \(left.colorModel.channelCount)", right)
    }

    /// Finds before the work what is missing.
    func check(output: String, inputs: [String]) throws(ToolError) {
        for path in inputs { try InputFile.check(path) }
        try OutputFile.check(output, overwrites: force, inputs: inputs)
    }

    /// Writes a picture, whole or not at all.
    func write(_ image: Image, to path: String, signals: SignalGuard) throws {
        do {
            try signals.whileWriting { try image.write(toFile: path, overwrite: force) }
        } catch let error as FileError {
            throw ToolError(error, isWriting: true)
        }
    }
}

/// A pixel, written `x,y`.
struct PixelPosition: ExpressibleByArgument, Sendable {
    let x: Int
    let y: Int

    init?(argument: String) {
        guard let numbers = [Int](commaSeparated: argument, count: 2) else { return nil }
        (x, y) = (numbers[0], numbers[1])
    }

    init(x: Int, y: Int) { (self.x, self.y) = (x, y) }
}

extension PixelRegion: ExpressibleByArgument {
    /// A region, written `x,y,width,height`.
    package init?(argument: String) {
        guard let numbers = [Int](commaSeparated: argument, count: 4), numbers[2] > 0, numbers[3] > 0 else {
            return nil
        }
        self.init(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }
}

extension [Int] {
    /// Numbers not below 0 between commas; nil where there are others or not so many.
    fileprivate init?(commaSeparated text: String, count: Int) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false)
            .compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }.filter { $0 >= 0 }
        guard numbers.count == count, text.count(where: { $0 == "," }) == count - 1 else { return nil }
        self = numbers
    }
}
