import Foundation
import GRLTools

/// Makes PNG files of pictures in SVG, with librsvg's `rsvg-convert`.
enum PixelPicture {
    private static let program = "rsvg-convert"

    /// The picture at twice its size, for sharp screens.
    ///
    /// - Throws: a ``ToolError`` where the program is missing or fails.
    static func png(of svg: String) throws -> Data {
        guard let path = Programs.path(of: program) else {
            throw ToolError(
                .unsupported, "PROGRAM_MISSING",
                "PNG pictures need \(program), which is in no folder of PATH; on Debian: apt-get install librsvg2-bin; "
                    + "or ask for .svg")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "grl-inspect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, result) = (folder.appending(path: "picture.svg"), folder.appending(path: "picture.png"))
        try Data(svg.utf8).write(to: source)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["--zoom", "2", "--output", result.path, source.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0, let data = try? Data(contentsOf: result) else {
            throw ToolError(.data, "PICTURE", "\(program) could not draw the picture; ask for .svg")
        }
        return data
    }
}
