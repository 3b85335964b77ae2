import GRLGraph
package import GRLTensor

/// Which scale, and which zero point, belongs to each element of a quantised tensor.
struct QuantizationScales {
    private let shape: Shape
    private let axis: Int
    /// How many elements along the axis share a scale; all of them for one scale per tensor.
    private let block: Int
    /// How far apart the scales of neighbouring elements are along each axis, before blocks are taken into account.
    private let strides: [Int]

    /// - Parameters:
    ///   - axis: the axis along which there are several scales; negative axes count from the back.
    ///   - blockSize: 0 unless scales are given for blocks along the axis.
    /// - Throws: `AXIS_RANGE`, or `SHAPE` when the scales do not fit the tensor.
    init(_ shape: Shape, scales: Shape, axis: Int, blockSize: Int) throws {
        self.shape = shape
        func refusal(_ expected: String) -> OperatorError {
            OperatorError(.shape, "the scales' shape is \(scales) for \(shape), expected \(expected)")
        }
        if scales.rank <= 1 && scales.count == 1 {
            self.axis = 0
            block = 1
            strides = [Int](repeating: 0, count: shape.rank)
            return
        }
        self.axis = try shape.normalizedAxis(axis)
        if blockSize <= 0 {
            guard scales.rank == 1, scales.count == shape[self.axis] else {
                throw refusal("[\(shape[self.axis])], one for each place along axis \(axis)")
            }
            block = 1
            strides = (0..<shape.rank).map { [axis = self.axis] in $0 == axis ? 1 : 0 }
        } else {
            var dimensions = shape.dimensions
            dimensions[self.axis] = (dimensions[self.axis] + blockSize - 1) / blockSize
            guard scales.dimensions == dimensions else {
                throw refusal("\(dimensions), one for each \(blockSize) places along axis \(axis)")
            }
            block = blockSize
            strides = scales.strides
        }
    }

    /// Where among the scales that of the element at `index` stands.
    func position(of index: Int) -> Int {
        var rest = index
        var position = 0
        for axis in (0..<shape.rank).reversed() {
            let place = rest % shape[axis]
            position += (axis == self.axis ? place / block : place) * strides[axis]
            rest /= shape[axis]
        }
        return position
    }
}

/// The attributes that quantising and dequantising share.
package struct QuantizationOptions: Sendable {
    package let axis: Int
    /// How many elements along the axis share a scale; 0 unless scales are given for blocks.
    package let blockSize: Int
    /// The output's element type; nil where it follows from the inputs.
    package let outputType: ElementType?

    /// The attribute on saturation is about 8-bit floating point, which tensors cannot hold.
    ///
    /// - Throws: `ATTR_TYPE`, `DTYPE` for a type that tensors cannot hold, or `ATTR_VALUE` for a block that is too
    ///   large.
    init(_ node: inout NodeReader) throws {
        axis = try node.int("axis", default: 1)
        blockSize = try node.int("block_size", default: 0)
        guard (0...Shape.maximumDimension).contains(blockSize) else {
            throw OperatorError(.attributeValue, "attribute block_size is \(blockSize), expected 0 to 2^31 - 1")
        }
        outputType = try node.elementType("output_dtype")
        node.ignore("saturate")
    }

    var attributes: [String: AttributeValue] {
        var attributes: [String: AttributeValue] = ["axis": .int(axis)]
        if blockSize != 0 { attributes["block_size"] = .int(blockSize) }
        if let outputType { attributes["output_dtype"] = .int(outputType.onnxCode) }
        return attributes
    }

    /// The scales of inputs 1 and 2 for input 0.
    ///
    /// - Throws: `DTYPE` when the scales are not floating point, `SHAPE` when they do not fit the tensor or the zero
    ///   points do not fit them.
    func scales(_ context: InferenceContext) throws -> QuantizationScales {
        let scales = try context.type(1)
        try ElementTypeClass.floatingPoint.require(scales.elementType, input: 1)
        if let zeroPoints = context.optionalType(2), zeroPoints.shape.count != scales.shape.count {
            throw OperatorError(.shape, "the zero points' shape is \(zeroPoints.shape), expected \(scales.shape)")
        }
        return try QuantizationScales(context.shape(0), scales: scales.shape, axis: axis, blockSize: blockSize)
    }
}

extension ElementType {
    /// The integers that a quantised type holds, or nil for types that nothing is quantised to.
    var quantizedRange: ClosedRange<Double>? {
        switch self {
        case .int4: -8...7
        case .uint4: 0...15
        case .int8: -128...127
        case .uint8: 0...255
        case .int16: -32_768...32_767
        case .uint16: 0...65_535
        default: nil
        }
    }
}
