import Foundation

/// Finds before the work what keeps a file from being read.
package enum InputFile {
    /// - Throws: a ``ToolError`` with the exit code `noInput` when nothing, or a folder, stands at `path`.
    package static func check(_ path: String) throws(ToolError) {
        guard FileManager.default.fileExists(atPath: path) else { throw ToolError.missing(path) }
        guard !PictureFiles.isFolder(path) else {
            throw ToolError(.noInput, "FILE_NOT_REGULAR", "is a folder; name a file in it", path)
        }
    }
}
