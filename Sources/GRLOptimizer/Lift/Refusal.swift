/// Why a node cannot be lifted.
package struct Refusal: Error {
    package let reason: String
    /// Whether the node is refused only because one that it reads was.
    let isConsequence: Bool

    init(_ reason: String) {
        self.reason = reason
        isConsequence = false
    }

    private init(consequence reason: String) {
        self.reason = reason
        isConsequence = true
    }

    /// A node reads what a refused node computes.
    static let consequence = Refusal(consequence: "it reads what was not lifted")
}
