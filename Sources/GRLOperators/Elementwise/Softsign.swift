package import GRLGraph

/// x / (1 + |x|).
package struct Softsign: RealFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Softsign", inputs: 1...1)

    package init() {}

    func value(at x: Double) -> Double { x / (1 + abs(x)) }
}
