import Foundation
import GRLInspection
import GRLTensor
import GRLTools

/// Finds the libraries that pages carry.
enum BrowserLibraries {
    /// The most bytes of a library.
    private static let sizeLimit = 8 << 20

    /// A library, where Debian puts it and the package that brings it.
    private struct Library {
        let name: String
        let folder: String
        let package: String
    }

    private static let d3 = Library(name: "d3.min.js", folder: "/usr/share/javascript/d3", package: "libjs-d3")
    private static let dagre = Library(
        name: "dagre.min.js", folder: "/usr/share/nodejs/dagre/dist", package: "node-dagre-layout")

    /// - Parameter folder: where both are; nil for where Debian puts them.
    /// - Throws: a ``ToolError`` that tells what to install.
    static func read(folder: String?) throws -> ModelPage.Libraries {
        ModelPage.Libraries(d3: try text(d3, folder), dagre: try text(dagre, folder))
    }

    private static func text(_ library: Library, _ folder: String?) throws -> String {
        let path = URL(filePath: folder ?? library.folder).appending(path: library.name).path
        do {
            let file = try InputFile(path: path, limit: sizeLimit)
            var bytes = [UInt8](repeating: 0, count: file.size)
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            let text = String(decoding: bytes, as: UTF8.self)
            guard !text.lowercased().contains("</script") else {
                throw ToolError(.data, "LIBRARY", "holds the text '</script', which cannot stand in a page", path)
            }
            return text
        } catch let error as FileError where error.code == .notFound && folder == nil {
            throw ToolError(
                .unsupported, "LIBRARY_MISSING",
                "the page needs \(library.name), which is not installed; on Debian: "
                    + "apt-get install --no-install-recommends \(d3.package) \(dagre.package)", path)
        }
    }
}
