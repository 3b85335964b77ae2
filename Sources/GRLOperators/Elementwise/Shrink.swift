package import GRLGraph

/// x moved towards zero by the bias where |x| > λ, elsewhere 0.
package struct Shrink: NumberFunction {
    package static let spec = OperatorSpec("Shrink", versions: 9...Int.max, inputs: 1...1, writtenVersion: 9)

    package let bias: Float
    package let lambda: Float

    package init(_ node: inout NodeReader) throws {
        bias = try node.float("bias", default: 0)
        lambda = try node.float("lambd", default: 0.5)
    }

    package var attributes: [String: AttributeValue] { ["bias": .float(bias), "lambd": .float(lambda)] }

    func value<Number: ArithmeticElement>(at x: Number) -> Number {
        let real = x.double
        if real < -Double(lambda) { return Number(nearest: real + Double(bias)) }
        if real > Double(lambda) { return Number(nearest: real - Double(bias)) }
        return .zero
    }
}
