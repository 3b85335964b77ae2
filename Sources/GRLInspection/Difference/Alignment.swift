/// Puts the operators of two networks side by side.
enum Alignment {
    /// Longer stretches of operators without a beginning and an end in common are paired as they stand: to search them
    /// takes time and memory with the square of their length.
    private static let searchLimit = 4000

    /// The operators in pairs. Alike ones are found by the shortest way from one list to the other; what is left
    /// between them is paired one by one.
    static func pairs(
        _ a: [ComparedOperator], _ b: [ComparedOperator]
    ) -> [(ComparedOperator?, ComparedOperator?)] {
        let (removed, inserted) = changes(a.map(\.signature), b.map(\.signature))
        var pairs: [(ComparedOperator?, ComparedOperator?)] = []
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            let isRemoved = i < a.count && removed.contains(i)
            let isInserted = j < b.count && inserted.contains(j)
            if i < a.count, j < b.count, isRemoved == isInserted {
                pairs.append((a[i], b[j]))
                (i, j) = (i + 1, j + 1)
            } else if isRemoved || j == b.count {
                pairs.append((a[i], nil))
                i += 1
            } else {
                pairs.append((nil, b[j]))
                j += 1
            }
        }
        return pairs
    }

    /// Which elements of `a` and of `b` the other does not have at their place.
    private static func changes(_ a: [String], _ b: [String]) -> (removed: Set<Int>, inserted: Set<Int>) {
        let start = zip(a, b).prefix { $0 == $1 }.count
        let end = zip(a[start...].reversed(), b[start...].reversed()).prefix { $0 == $1 }.count
        let (first, second) = (a[start..<a.count - end], b[start..<b.count - end])
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        guard first.count + second.count <= searchLimit else {
            for (i, j) in zip(first.indices, second.indices) where a[i] != b[j] {
                removed.insert(i)
                inserted.insert(j)
            }
            removed.formUnion(first.indices.dropFirst(second.count))
            inserted.formUnion(second.indices.dropFirst(first.count))
            return (removed, inserted)
        }
        for change in second.difference(from: first) {
            switch change {
            case .remove(let offset, _, _): removed.insert(start + offset)
            case .insert(let offset, _, _): inserted.insert(start + offset)
            }
        }
        return (removed, inserted)
    }
}
