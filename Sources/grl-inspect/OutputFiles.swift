import Foundation
import GRLTensor
import GRLTools

/// Writes files as a whole or not at all.
struct OutputFiles: Sendable {
    let signals: SignalGuard
    /// Whether files that exist are replaced.
    let overwrites: Bool

    /// - Throws: a ``ToolError``.
    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    /// Writes a picture in SVG as the end of the path says: `.svg` as it is, `.png` as pixels.
    ///
    /// - Throws: a ``ToolError``, also where the program is missing that makes pixels of it.
    func write(picture svg: String, to path: String) throws {
        guard path.hasSuffix(".png") else { return try write(svg, to: path) }
        try write(try PixelPicture.png(of: svg), to: path)
    }

    private func write(_ data: Data, to path: String) throws {
        do {
            try signals.whileWriting {
                let writer = try AtomicFileWriter(path: path, overwrite: overwrites)
                try data.withUnsafeBytes { try writer.write($0) }
                try writer.commit()
            }
        } catch let error as FileError {
            throw ToolError(error, path: path, isWriting: true)
        }
    }
}
