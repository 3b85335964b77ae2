import Foundation

/// Finds what a misspelt path may have meant.
enum PathSuggestion {
    /// Folders with more entries are not searched.
    private static let entryLimit = 20_000

    /// The nearest existing path, or nil when nothing is near.
    ///
    /// The first component that does not exist is replaced by its nearest neighbour in its folder; the result is
    /// suggested when the rest exists there.
    static func nearest(to path: String) -> String? {
        var folder = path.hasPrefix("/") ? "/" : ""
        let components = path.split(separator: "/").map(String.init)
        for (index, component) in components.enumerated() {
            let next = folder + component
            if FileManager.default.fileExists(atPath: next) {
                folder = next + "/"
                continue
            }
            let rest = components[(index + 1)...].map { "/" + $0 }.joined()
            return neighbours(of: component, in: folder.isEmpty ? "." : folder)
                .map { folder + $0 + rest }
                .first { FileManager.default.fileExists(atPath: $0) }
        }
        return nil
    }

    /// Entries of `folder` that are spelt much like `name`, the nearest first.
    private static func neighbours(of name: String, in folder: String) -> [String] {
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: folder), entries.count <= entryLimit
        else { return [] }
        return Spelling.similar(to: name, among: entries.filter { !$0.hasPrefix(".") })
    }
}
