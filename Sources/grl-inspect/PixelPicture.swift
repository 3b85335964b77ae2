import Foundation
import GRLTools

/// Makes PNG files of pictures in SVG, with librsvg's `rsvg-convert`.
enum PixelPicture {
    private static let program = "/usr/bin/rsvg-convert"

    /// The picture at twice its size, for sharp screens.
    ///
    /// - Throws: a ``ToolError`` where the program is missing or fails.
    static func png(of svg: String) throws -> Data {
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw ToolError(
                .unsupported, "PROGRAM_MISSING",
                "PNG pictures need rsvg-convert, which is not installed; on Debian: apt-get install librsvg2-bin; or "
                    + "ask for .svg", program)
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "grl-inspect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, result) = (folder.appending(path: "picture.svg"), folder.appending(path: "picture.png"))
        try Data(svg.utf8).write(to: source)
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = ["--zoom", "2", "--output", result.path, source.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = try? Data(contentsOf: result) else {
            throw ToolError(.data, "PICTURE", "rsvg-convert could not draw the picture; ask for .svg")
        }
        return data
    }
}
