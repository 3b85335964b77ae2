package import GRLGraph

/// Whether x is not a number.
package struct IsNaN: FloatPredicate, AttributelessOperator {
    package static let spec = OperatorSpec("IsNaN", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func holds(for x: Double) -> Bool { x.isNaN }
}
