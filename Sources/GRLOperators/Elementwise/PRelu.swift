package import GRLGraph
import GRLTensor

/// x where x ≥ 0, elsewhere the slope times x; the slope is broadcast to the shape of x.
package struct PRelu: NumberPairOperator, AttributelessOperator {
    package static let spec = OperatorSpec("PRelu", versions: 7...Int.max, inputs: 2...2, writtenVersion: 9)

    package init() {}

    func outputType(_ context: InferenceContext) throws -> TensorType {
        let type = TensorType(try context.commonElementType(.numbers), try context.shape(0))
        guard try type.shape.broadcast(with: context.shape(1)) == type.shape else {
            throw OperatorError(
                .shape, "the slope's shape \(try context.shape(1)) does not broadcast to \(type.shape)")
        }
        return type
    }

    func value<Number: ArithmeticElement>(_ x: Number, _ slope: Number) -> Number {
        x < .zero ? .multiply(slope, x) : x
    }
}
