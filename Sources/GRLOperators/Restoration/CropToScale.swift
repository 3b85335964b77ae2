package import GRLGraph
package import GRLTensor

/// The top left r·H × r·W pixels of x [B, C, H', W'], where H and W are those of a second image [B', C', H, W].
///
/// It cuts off what padding the network's input has added to its output.
package struct CropToScale: Operator {
    package static let spec = OperatorSpec("CropToScale", domain: OperatorSpec.restorationDomain, inputs: 2...2)

    /// How many times larger than the second image the result is, r.
    package let scale: Int

    package init(scale: Int) {
        self.scale = scale
    }

    package init(_ node: inout NodeReader) throws {
        scale = try node.required("scale", node.int("scale"))
        guard scale > 0 else { throw OperatorError(.attributeValue, "scale is \(scale), expected 1 or more") }
    }

    package var attributes: [String: AttributeValue] { ["scale": .int(scale)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let (type, reference) = (try context.type(0), try context.shape(1))
        guard type.shape.rank == 4, reference.rank == 4 else {
            throw OperatorError(
                .shape, "the images have shapes \(type.shape) and \(reference), expected [B, C, H, W] for both")
        }
        let (rows, columns) = (try Checked.multiply(reference[2], scale), try Checked.multiply(reference[3], scale))
        guard rows <= type.shape[2], columns <= type.shape[3] else {
            throw OperatorError(
                .shape,
                "the image has shape \(type.shape), expected at least \(rows) x \(columns): \(scale) times the "
                    + "reference \(reference)")
        }
        return [try TensorType(type.elementType, [type.shape[0], type.shape[1], rows, columns])]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        MemoryUse(viewedInput: try infer(context) == [context.type(0)] ? 0 : nil)
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let type = try outputType(context)
        guard type.shape != input.shape else { return [input] }
        let output = try context.allocate(type)
        let strides = input.shape.strides
        try StridedCopy(dimensions: type.shape.dimensions, sourceStrides: strides)
            .run(from: input, to: output, on: context.executor)
        return [output]
    }
}
