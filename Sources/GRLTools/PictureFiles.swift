import Foundation

/// Which files hold pictures, by their names.
package enum PictureFiles {
    private static let readable: Set<String> = ["png", "jpg", "jpeg"]
    private static let otherFormats: Set<String> = [
        "jpg", "jpeg", "webp", "tif", "tiff", "bmp", "gif", "avif", "heic", "jxl", "onnx",
    ]
    /// What the name of a result has behind the name of its input.
    package static let suffix = "-restored"

    /// Whether a file name is one of a picture that can be read.
    package static func isPicture(_ path: String) -> Bool { readable.contains(pathExtension(path).lowercased()) }

    /// Whether a file name is fit for a PNG picture.
    package static func canHoldPNG(_ path: String) -> Bool { !otherFormats.contains(pathExtension(path).lowercased()) }

    /// The pictures in a folder, sorted by name, without hidden files and earlier results.
    package static func pictures(in folder: String) throws(ToolError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw ToolError(.noInput, "FILE_UNREADABLE", "the folder cannot be read; check its permissions", folder)
        }
        let pictures = names.filter { isPicture($0) && !$0.hasPrefix(".") && !stem($0).hasSuffix(suffix) }.sorted()
        guard !pictures.isEmpty else {
            throw ToolError(.noInput, "NO_PICTURES", "the folder holds no PNG or JPEG pictures to restore", folder)
        }
        return pictures.map { join(folder, $0) }
    }

    /// Whether something that is a folder stands at `path`.
    package static func isFolder(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// The part of a path behind its last slash.
    package static func name(_ path: String) -> String {
        String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
    }

    /// The folder of a path with its slash; empty for the working directory.
    package static func folder(_ path: String) -> String { String(path.dropLast(name(path).count)) }

    /// A file's name without folder and extension.
    package static func stem(_ path: String) -> String {
        let name = name(path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// What stands behind the last dot of a file's name.
    package static func pathExtension(_ path: String) -> String { String(name(path).dropFirst(stem(path).count + 1)) }

    /// A file in a folder.
    package static func join(_ folder: String, _ name: String) -> String {
        folder.isEmpty || folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }
}
