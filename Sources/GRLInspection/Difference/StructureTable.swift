/// Numbers the structures of networks: an operator with all that it depends on has the same number wherever the same
/// operators depend on each other in the same way.
struct StructureTable {
    private struct Key: Hashable {
        let signature: String
        let operands: [Int]
    }

    private var numbers: [Key: Int] = [:]

    /// The number of what `signature` says, applied to the structures of these numbers.
    mutating func number(_ signature: String, _ operands: [Int]) -> Int {
        let key = Key(signature: signature, operands: operands)
        if let number = numbers[key] { return number }
        let number = numbers.count
        numbers[key] = number
        return number
    }
}
