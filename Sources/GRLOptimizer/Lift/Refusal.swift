/// Why a node cannot be lifted.
package struct Refusal: Error {
    package let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
