package import GRLGraph
package import GRLTensor

/// (x − zero point) · scale.
package struct DequantizeLinear: Operator {
    package static let spec = OperatorSpec(
        "DequantizeLinear", versions: 10...Int.max, inputs: 2...3, writtenVersion: 21)

    package let options: QuantizationOptions

    package init(_ node: inout NodeReader) throws {
        options = try QuantizationOptions(&node)
    }

    package var attributes: [String: AttributeValue] { options.attributes }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        guard type.elementType.quantizedRange != nil || type.elementType == .int32 else {
            throw OperatorError(
                .elementType, "input 0 is \(type.elementType), expected an integer type of 4, 8, 16 or 32 bits")
        }
        if let zeroPointType = context.optionalType(2)?.elementType, zeroPointType != type.elementType {
            throw OperatorError(.elementType, "input 2 is \(zeroPointType), expected \(type.elementType) as input 0")
        }
        _ = try options.scales(context)
        let target = try options.outputType ?? context.type(1).elementType
        guard target.isFloatingPoint else {
            throw OperatorError(.attributeValue, "attribute output_dtype is \(target), expected floating point")
        }
        return [TensorType(target, type.shape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let type = try outputType(context)
        let positions = try options.scales(context.inferenceContext)
        let reader = Cast(to: .float64)
        var numbers = try reader.convert(context.input(0)).elements(of: Double.self)
        let scales = try reader.convert(context.input(1)).elements(of: Double.self)
        let zeroPoints = try context.optionalInput(2).map { try reader.convert($0).elements(of: Double.self) }
        for index in numbers.indices {
            let position = positions.position(of: index)
            numbers[index] = (numbers[index] - (zeroPoints?[position] ?? 0)) * scales[position]
        }
        return [try Cast(to: type.elementType).convert(Tensor(numbers, shape: type.shape))]
    }
}
