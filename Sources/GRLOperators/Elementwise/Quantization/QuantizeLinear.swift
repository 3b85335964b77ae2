package import GRLGraph
package import GRLTensor

/// round(x / scale) + zero point, rounded to even and clamped to the range of the output's integer type.
package struct QuantizeLinear: Operator {
    package static let spec = OperatorSpec(
        "QuantizeLinear", versions: 10...Int.max, inputs: 2...3, writtenVersion: 21)

    package let options: QuantizationOptions
    /// The type that the quotient is rounded to; nil for the type of the scale.
    package let precision: ElementType?

    package init(_ node: inout NodeReader) throws {
        options = try QuantizationOptions(&node)
        precision = try node.elementType("precision")
        if let precision, !precision.isFloatingPoint {
            throw OperatorError(.attributeValue, "attribute precision is \(precision), expected floating point")
        }
    }

    package var attributes: [String: AttributeValue] {
        var attributes = options.attributes
        if let precision { attributes["precision"] = .int(precision.onnxCode) }
        return attributes
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let type = try context.type(0)
        try ElementTypeClass.numbers.require(type.elementType, input: 0)
        _ = try options.scales(context)
        let zeroPointType = context.optionalType(2)?.elementType
        let target = options.outputType ?? zeroPointType ?? .uint8
        guard target.quantizedRange != nil, zeroPointType ?? target == target else {
            throw OperatorError(
                .elementType,
                "the output is \(target) with zero points of \(zeroPointType ?? target), "
                    + "expected one integer type of 4, 8 or 16 bits")
        }
        return [TensorType(target, type.shape)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let type = try outputType(context)
        let scaleTensor = try context.input(1)
        let positions = try options.scales(context.inferenceContext)
        let reader = Cast(to: .float64)
        let numbers = try reader.convert(context.input(0)).elements(of: Double.self)
        let scales = try reader.convert(scaleTensor).elements(of: Double.self)
        let zeroPoints = try context.optionalInput(2).map { try reader.convert($0).elements(of: Double.self) }
        let range = type.elementType.quantizedRange ?? 0...0
        var quotients = numbers
        for index in quotients.indices { quotients[index] /= scales[positions.position(of: index)] }
        let rounded = try Cast(to: precision ?? scaleTensor.elementType).convert(
            Tensor(quotients, shape: type.shape))
        var results = try reader.convert(rounded).elements(of: Double.self)
        for index in results.indices {
            let shifted =
                results[index].rounded(.toNearestOrEven) + (zeroPoints?[positions.position(of: index)] ?? 0)
            results[index] = shifted.isNaN ? 0 : min(max(shifted, range.lowerBound), range.upperBound)
        }
        return [try Cast(to: type.elementType).convert(Tensor(results, shape: type.shape))]
    }
}
