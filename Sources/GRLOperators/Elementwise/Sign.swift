package import GRLGraph

/// −1, 0 or 1; NaN for NaN.
package struct Sign: NumberFunction, AttributelessOperator {
    package static let spec = OperatorSpec("Sign", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package init() {}

    func value<Number: ArithmeticElement>(at x: Number) -> Number {
        x > .zero ? .one : x < .zero ? .subtract(.zero, .one) : x
    }
}
