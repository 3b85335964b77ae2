/// Why a node cannot be lifted.
package struct Refusal: Error {
    package let reason: String
    /// The node that it is about, where it is thrown past it.
    let node: String?
    /// Whether the node is refused only because one that it reads was.
    let isConsequence: Bool

    init(_ reason: String, at node: String? = nil) {
        self.reason = reason
        self.node = node
        isConsequence = false
    }

    private init(consequence reason: String) {
        self.reason = reason
        node = nil
        isConsequence = true
    }

    /// A node reads what a refused node computes.
    static let consequence = Refusal(consequence: "it reads what was not lifted")
}
