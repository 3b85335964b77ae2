package import GRLGraph
import GRLTensor

/// The remainder of a / b; of an integer divided by zero, 0.
package struct Mod: NumberPairOperator {
    package static let spec = OperatorSpec("Mod", versions: 10...Int.max, inputs: 2...2, writtenVersion: 10)

    /// Whether the remainder has the sign of a, as floating-point numbers need; otherwise it has that of b.
    package let takesDividendSign: Bool

    package init(_ node: inout NodeReader) throws {
        takesDividendSign = try node.bool("fmod")
    }

    package var attributes: [String: AttributeValue] { ["fmod": .int(takesDividendSign ? 1 : 0)] }

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = try context.commonElementType(.numbers)
        guard takesDividendSign || !type.isFloatingPoint else {
            throw OperatorError(.attributeValue, "attribute fmod is 0, which is for integers; \(type) needs 1")
        }
        return TensorType(type, try Broadcast.shape(of: [context.shape(0), context.shape(1)]))
    }

    func value<Number: ArithmeticElement>(_ a: Number, _ b: Number) -> Number {
        let remainder = Number.remainder(a, b)
        let signsDiffer = (remainder < .zero && b > .zero) || (remainder > .zero && b < .zero)
        return !takesDividendSign && signsDiffer ? .add(remainder, b) : remainder
    }
}
