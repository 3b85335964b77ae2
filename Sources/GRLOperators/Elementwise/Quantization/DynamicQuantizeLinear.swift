package import GRLGraph
package import GRLTensor

/// Quantises to uint8 with the scale and the zero point that make the most of its range: the tensor, the scale, and the
/// zero point. The range of the numbers is widened to hold 0.
package struct DynamicQuantizeLinear: Operator, AttributelessOperator {
    package static let spec = OperatorSpec(
        "DynamicQuantizeLinear", versions: 11...Int.max, inputs: 1...1, outputs: 1...3, writtenVersion: 11)

    package init() {}

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard type.elementType == .float32 else {
            throw OperatorError(.elementType, "input 0 is \(type.elementType), expected float32")
        }
        let types = [
            TensorType(.uint8, type.shape), TensorType(.float32, .scalar), TensorType(.uint8, .scalar),
        ]
        return Array(types.prefix(context.outputCount))
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        _ = try infer(context.inferenceContext)
        let input = try context.input(0)
        let numbers = try input.elements(of: Float.self)
        let (low, high) = numbers.reduce((0 as Float, 0 as Float)) { (min($0.0, $1), max($0.1, $1)) }
        let scale = high == low ? 1 : (high - low) / 255
        let zeroPoint = UInt8(nearest: Double((-low / scale).rounded(.toNearestOrEven)))
        let results = numbers.map {
            UInt8(nearest: Double(($0 / scale).rounded(.toNearestOrEven) + Float(zeroPoint)))
        }
        let outputs = [
            try Tensor(results, shape: input.shape), try Tensor(scalar: scale), try Tensor(scalar: zeroPoint),
        ]
        return Array(outputs.prefix(context.outputCount))
    }
}
