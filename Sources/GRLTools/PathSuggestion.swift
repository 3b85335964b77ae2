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
        let tolerance = max(name.count / 3, 2)
        return
            entries
            .filter { abs($0.count - name.count) <= tolerance && !$0.hasPrefix(".") }
            .map { (distance: distance(name.lowercased(), $0.lowercased()), name: $0) }
            .filter { $0.distance <= tolerance }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
    }

    /// How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn `a` into `b`.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.prefix(255)), Array(b.prefix(255)))
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var current = [i + 1]
            for (j, other) in b.enumerated() {
                var cost = min(previous[j + 1], current[j]) + 1
                cost = min(cost, previous[j] + (letter == other ? 0 : 1))
                if i > 0, j > 0, letter == b[j - 1], a[i - 1] == other { cost = min(cost, beforePrevious[j - 1] + 1) }
                current.append(cost)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[b.count]
    }
}
