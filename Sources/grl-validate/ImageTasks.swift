import Foundation
import GRL
import GRLTools
import GRLValidation

/// Finds which pictures are restored and compared, before anything is loaded.
struct ImageTasks: Sendable {
    private let options: ImageOptions
    private let imageProtocol: ImageProtocol

    init(_ options: ImageOptions, _ imageProtocol: ImageProtocol) {
        self.options = options
        self.imageProtocol = imageProtocol
    }

    /// The pictures in the order of their names.
    ///
    /// - Throws: a ``ToolError`` for folders that are not there, and pictures without a partner.
    func items() throws(ToolError) -> [ImageEvaluation.Item] {
        let images = try pictures(options.images ?? "")
        let targets = try options.targets.map { folder throws(ToolError) in try partners(of: images, in: folder) }
        let rights = try options.rightViews.map { folder throws(ToolError) in try partners(of: images, in: folder) }
        return images.indices.map { index in
            ImageEvaluation.Item(
                inputs: [images[index]] + (rights.map { [$0[index]] } ?? []), target: targets?[index] ?? images[index])
        }
    }

    private func pictures(_ folder: String) throws(ToolError) -> [String] {
        guard FileManager.default.fileExists(atPath: folder) else { throw ToolError.missing(folder) }
        guard PictureFiles.isFolder(folder) else {
            throw ToolError(.noInput, "FILE_NOT_FOLDER", "is no folder of pictures", folder)
        }
        return try PictureFiles.pictures(in: folder)
    }

    /// The pictures of `folder` that belong to `images`.
    private func partners(of images: [String], in folder: String) throws(ToolError) -> [String] {
        let others = try pictures(folder)
        let matches = ImagePairs.match(
            images.map(PictureFiles.stem), with: others.map(PictureFiles.stem), isOrdered: imageProtocol == .defocus)
        var paths: [String] = []
        var missing: [String] = []
        for (image, match) in zip(images, matches) {
            if let match { paths.append(others[match]) } else { missing.append(PictureFiles.name(image)) }
        }
        guard missing.isEmpty else {
            let shown = missing.prefix(5).map { "'\(printable($0))'" }.joined(separator: ", ")
            let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
            throw ToolError(
                .noInput, "NO_PARTNER", "holds not one picture, but none or several, for each of \(shown)\(more)",
                folder)
        }
        return paths
    }
}
