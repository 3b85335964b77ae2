import Foundation
import GRL
import GRLTensor

/// Finds before the work what keeps a file from being written.
package enum OutputFile {
    /// - Parameters:
    ///   - overwrites: whether a file that exists may be replaced.
    ///   - inputs: files that may not be replaced in any case.
    ///   - advice: how an existing file can be avoided.
    /// - Throws: a ``ToolError`` with the exit code `cannotCreate`.
    package static func check(
        _ path: String, overwrites: Bool, inputs: [String],
        advice: String = "replace it with --force, or choose another name"
    ) throws(ToolError) {
        let folder = PictureFiles.folder(path)
        guard folder.isEmpty || PictureFiles.isFolder(folder) else {
            throw ToolError(
                .cannotCreate, "FILE_CANNOT_CREATE", "there is no folder '\(printable(folder))' to write to", path)
        }
        guard !PictureFiles.isFolder(path) else {
            throw ToolError(.cannotCreate, "FILE_NOT_REGULAR", "is a folder; name a file in it", path)
        }
        guard let identity = FileIdentity(path: path) else { return }
        guard !inputs.contains(where: { FileIdentity(path: $0) == identity }) else {
            throw ToolError(
                .cannotCreate, "OUTPUT_IS_INPUT", "the output is the input itself; choose another name", path)
        }
        guard overwrites else { throw ToolError(.cannotCreate, "FILE_EXISTS", "exists already; \(advice)", path) }
    }
}
