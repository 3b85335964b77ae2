extension String {
    /// The text in lines of at most so many characters, cut between words.
    package func wrapped(to columns: Int) -> [String] {
        var lines = [""]
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, !last.isEmpty, last.count + word.count >= columns { lines.append("") }
            let line = lines.removeLast()
            lines.append(line.isEmpty ? String(word) : line + " " + word)
        }
        return lines
    }
}
