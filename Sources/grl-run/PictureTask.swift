import Foundation
import GRL
import GRLTools

/// One picture to restore.
struct PictureTask: Sendable {
    /// The picture, or the left and the right view.
    let inputs: [String]
    /// The PNG file to write.
    let output: String
    /// A clean picture to compare with.
    let reference: String?
}

/// Decides which pictures are restored and where each result goes, before anything is loaded.
struct TaskPlanner {
    /// A picture, or why an input will not be restored.
    typealias Outcome = Result<PictureTask, ToolError>

    let inputs: [String]
    let dualPixel: [String]
    let output: String?
    let reference: String?
    let overwrites: Bool

    /// The tasks in the order of the inputs. Inputs with errors do not keep the others from being restored.
    ///
    /// - Throws: a ``ToolError`` when the output suits no input.
    func plan() throws(ToolError) -> [Outcome] {
        let groups = dualPixel.isEmpty ? expandedInputs() : [Result<[String], ToolError>.success(dualPixel)]
        let isSingle = groups.count == 1 && !inputs.contains(where: PictureFiles.isFolder)
        if !isSingle, let output, !PictureFiles.isFolder(output) {
            let reason = FileManager.default.fileExists(atPath: output) ? "is no folder" : "does not exist"
            throw ToolError(
                .cannotCreate, "FILE_CANNOT_CREATE", "several pictures need a folder to go to, and this \(reason)",
                output)
        }
        if !isSingle, let reference, !PictureFiles.isFolder(reference) {
            throw ToolError(
                .usage, "OPTIONS", "several pictures need a folder of references with the same names", reference)
        }
        let names = groups.map { group in (try? group.get())?.first.map(outputName) }
        return groups.enumerated().map { index, group in
            group.flatMap { inputs in
                let isTaken = names.indices.contains { $0 != index && names[$0] == names[index] }
                return Result { () throws(ToolError) in
                    try task(inputs, isSingle: isSingle, keepsExtension: isTaken)
                }
            }
        }
    }

    /// The inputs with folders replaced by their pictures.
    private func expandedInputs() -> [Result<[String], ToolError>] {
        inputs.flatMap { input -> [Result<[String], ToolError>] in
            guard PictureFiles.isFolder(input) else { return [.success([input])] }
            do throws(ToolError) {
                return try PictureFiles.pictures(in: input).map { .success([$0]) }
            } catch {
                return [.failure(error)]
            }
        }
    }

    private func task(
        _ inputs: [String], isSingle: Bool, keepsExtension: Bool
    ) throws(ToolError) -> PictureTask {
        for input in inputs { try InputFile.check(input) }
        let first = inputs[0]
        let output = outputPath(for: first, isSingle: isSingle, keepsExtension: keepsExtension)
        try OutputFile.check(
            output, overwrites: overwrites, inputs: inputs,
            advice: "replace it with --force, or choose another --output")
        return PictureTask(inputs: inputs, output: output, reference: try referencePath(for: first))
    }

    /// The name of an input's result where nothing else claims it.
    private func outputName(_ input: String) -> String {
        let folder = output ?? PictureFiles.folder(input)
        return PictureFiles.join(folder, PictureFiles.stem(input))
    }

    private func outputPath(for input: String, isSingle: Bool, keepsExtension: Bool) -> String {
        if let output, isSingle, !PictureFiles.isFolder(output), !output.hasSuffix("/") { return output }
        var name = PictureFiles.stem(input)
        if keepsExtension { name += "-" + PictureFiles.pathExtension(input) }
        guard let output else {
            return PictureFiles.join(PictureFiles.folder(input), name + PictureFiles.suffix + ".png")
        }
        let path = PictureFiles.join(output, name + ".png")
        let isInput = FileIdentity(path: path).map { $0 == FileIdentity(path: input) } ?? false
        return isInput ? PictureFiles.join(output, name + PictureFiles.suffix + ".png") : path
    }

    private func referencePath(for input: String) throws(ToolError) -> String? {
        guard var path = reference else { return nil }
        if PictureFiles.isFolder(path) {
            let sameName = PictureFiles.join(path, PictureFiles.name(input))
            path =
                FileManager.default.fileExists(atPath: sameName)
                ? sameName : PictureFiles.join(path, PictureFiles.stem(input) + ".png")
        }
        try InputFile.check(path)
        return path
    }
}
