/// Finds what a misspelt name may have meant.
package enum Spelling {
    /// The names that are spelt much like `name`, the nearest first.
    package static func similar(to name: String, among names: [String]) -> [String] {
        let count = name.unicodeScalars.count
        let tolerance = max(count / 3, 2)
        return
            names
            .filter { abs($0.unicodeScalars.count - count) <= tolerance }
            .map { (distance: distance(name.lowercased(), $0.lowercased()), name: $0) }
            .filter { $0.distance <= tolerance }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
            .map(\.name)
    }

    /// How many letters must be inserted, deleted, replaced or swapped with their neighbour to turn `a` into `b`.
    static func distance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.unicodeScalars.prefix(255)), Array(b.unicodeScalars.prefix(255)))
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
