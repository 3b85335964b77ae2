package import GRLGraph
package import GRLTensor

/// Cuts or pads axes with zeros at both ends to the lengths in input 1; an odd element falls at the end.
package struct CenterCropPad: Operator {
    package static let spec = OperatorSpec("CenterCropPad", inputs: 2...2, writtenVersion: 18)

    package let axes: [Int]?

    package init(_ node: inout NodeReader) throws {
        axes = try node.ints("axes")
    }

    package var attributes: [String: AttributeValue] { axes.map { ["axes": .ints($0)] } ?? [:] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        guard let lengths = try context.knownIntegers(1) else { return [nil] }
        let axes = try Shape.normalizedAxes(axes ?? Array(0..<input.shape.rank), rank: input.shape.rank)
        guard lengths.count == axes.count else {
            throw OperatorError(.shape, "\(lengths.count) lengths do not fit \(axes.count) axes of \(input.shape)")
        }
        var dimensions = input.shape.dimensions
        for (axis, length) in zip(axes, lengths) { dimensions[axis] = length }
        return [try TensorType(input.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        let axes = zip(input.shape.dimensions, output.shape.dimensions).map { extent, length -> IndexedCopy.Axis in
            guard extent != length else { return .all(extent) }
            let shift = length > extent ? -((length - extent) / 2) : (extent - length) / 2
            let map = (0..<length).map { index in
                (0..<extent).contains(index + shift) ? index + shift : IndexedCopy.outside
            }
            return .map(map, extent: extent)
        }
        try IndexedCopy(axes: axes).run(from: input, to: output, on: context.executor)
        return [output]
    }
}
