package import GRLGraph

/// Where along an axis the largest element stands.
package struct ArgMax: IndexOfExtremeOperator {
    package static let spec = OperatorSpec("ArgMax", inputs: 1...1, writtenVersion: 13)

    package let options: IndexOfExtremeOptions

    package init(_ options: IndexOfExtremeOptions) {
        self.options = options
    }

    func precedes<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a > b }
}
