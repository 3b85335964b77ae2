/// Names one after the other, of which most begin as the one before does: written as how many UTF-16 units they share
/// with it, a number of two digits to base 36, and the rest.
enum FoldedNames {
    /// The largest number of two digits to base 36.
    private static let mostShared = 1295

    static func fold(_ names: [String]) -> [String] {
        var previous: [UInt16] = []
        return names.map { name in
            let units = Array(name.utf16)
            var shared = min(zip(previous, units).prefix { $0 == $1 }.count, mostShared)
            // A character of two units stays whole.
            if shared > 0, UTF16.isLeadSurrogate(units[shared - 1]) { shared -= 1 }
            previous = units
            let digits = String(shared, radix: 36)
            return (digits.count < 2 ? "0" + digits : digits) + String(decoding: units[shared...], as: UTF16.self)
        }
    }
}
