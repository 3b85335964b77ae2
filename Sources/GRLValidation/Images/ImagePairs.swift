/// Finds the clean picture of each degraded one by their names, as the usual data sets have them.
package enum ImagePairs {
    /// What names of one scene may end in, behind a separator: the kind of picture, or the strength of the degradation.
    private static let endings: Set<String> = [
        "lr", "hr", "lq", "hq", "gt", "bicubic", "lrbi", "input", "target", "noisy", "clean", "blur", "blurred",
        "sharp",
        "source", "jpeg", "l", "r", "left", "right",
    ]
    /// Such endings with a number.
    private static let numberedEndings: Set<String> = ["x", "sigma", "noise", "q", "quality"]

    /// The index of each degraded picture's clean one, nil where none or several fit.
    ///
    /// - Parameters:
    ///   - names: names without folder and extension.
    ///   - isOrdered: whether pictures belong together by their order where no name fits and there are equally many.
    package static func match(_ names: [String], with targets: [String], isOrdered: Bool = false) -> [Int?] {
        let byName = indices(of: targets, by: \.self)
        let byScene = indices(of: targets, by: scene(of:))
        let scenes = indices(of: names, by: scene(of:))
        let matches = names.map { name -> Int? in
            if let exact = byName[name], exact.count == 1 { return exact[0] }
            guard let found = byScene[scene(of: name)], found.count == 1, scenes[scene(of: name)]?.count == 1 else {
                return nil
            }
            return found[0]
        }
        guard isOrdered, names.count == targets.count, matches.allSatisfy({ $0 == nil }) else { return matches }
        return Array(targets.indices)
    }

    /// The name without what tells the kind of picture: `baby` for `babyx4`, `img_001_SRF_4` for `img_001_SRF_4_LR`,
    /// `chelsea` for `chelsea-sigma25`.
    static func scene(of name: String) -> String {
        var rest = Substring(name.lowercased())
        while let shorter = withoutEnding(rest), !shorter.isEmpty { rest = shorter }
        return String(rest)
    }

    private static func withoutEnding(_ name: Substring) -> Substring? {
        if let separator = name.lastIndex(where: { "-_. ".contains($0) }) {
            let ending = name[name.index(after: separator)...]
            if endings.contains(String(ending)) || isNumbered(ending) { return name[..<separator] }
        }
        guard let sign = name.lastIndex(of: "x"), isNumbered(name[sign...]), name[sign...].count == 2 else {
            return nil
        }
        return name[..<sign]
    }

    /// Whether `ending` is one that has a number behind it.
    private static func isNumbered(_ ending: Substring) -> Bool {
        let word = ending.prefix { !$0.isNumber }
        let number = ending.dropFirst(word.count)
        return numberedEndings.contains(String(word)) && !number.isEmpty && number.allSatisfy(\.isNumber)
    }

    private static func indices(of names: [String], by key: (String) -> String) -> [String: [Int]] {
        Dictionary(grouping: names.indices) { key(names[$0]) }
    }
}
