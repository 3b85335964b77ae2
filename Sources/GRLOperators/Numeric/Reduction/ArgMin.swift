package import GRLGraph

/// Where along an axis the smallest element stands.
package struct ArgMin: IndexOfExtremeOperator {
    package static let spec = OperatorSpec("ArgMin", inputs: 1...1, writtenVersion: 13)

    package let options: IndexOfExtremeOptions

    package init(_ options: IndexOfExtremeOptions) {
        self.options = options
    }

    func precedes<Number: Comparable>(_ a: Number, _ b: Number) -> Bool { a < b }
}
