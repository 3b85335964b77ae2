/// Hands out names of which no two are equal.
struct UniqueNames {
    private var taken: Set<String> = []
    /// The next number to try behind a name that is taken.
    private var numbers: [String: Int] = [:]

    /// The name, or the name with a number where it is taken or empty.
    mutating func name(_ name: String) -> String {
        if !name.isEmpty, taken.insert(name).inserted { return name }
        var number = numbers[name] ?? 1
        while !taken.insert("\(name)~\(number)").inserted { number += 1 }
        numbers[name] = number + 1
        return "\(name)~\(number)"
    }
}
