package import GRLGraph
package import GRLTensor

/// The slices along an axis whose condition, input 1, is true; of the flattened input when no axis is given.
package struct Compress: Operator {
    package static let spec = OperatorSpec("Compress", inputs: 2...2, writtenVersion: 9)

    package let axis: Int?

    package init(axis: Int? = nil) {
        self.axis = axis
    }

    package init(_ node: inout NodeReader) throws {
        axis = try node.int("axis")
    }

    package var attributes: [String: AttributeValue] { axis.map { ["axis": .int($0)] } ?? [:] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let condition = try context.type(1)
        guard condition.elementType == .bool, condition.shape.rank == 1 else {
            throw OperatorError(.elementType, "the condition is \(condition), expected a list of bool")
        }
        guard let known = context.constant(1) else { return [nil] }
        var dimensions = axis == nil ? [input.shape.count] : input.shape.dimensions
        let axis = try axis.map { try input.shape.normalizedAxis($0) } ?? 0
        dimensions[axis] = try selected(known, extent: dimensions[axis]).count
        return [try TensorType(input.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let given = try context.input(0)
        let input = axis == nil ? try given.reshaped(to: .vector(given.count)) : given
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        let axis = try axis.map { try input.shape.normalizedAxis($0) } ?? 0
        let extent = input.shape[axis]
        let copy = IndexedCopy(axes: [
            .all(input.shape.count(of: 0..<axis)), .map(try selected(context.input(1), extent: extent), extent: extent),
            .all(input.shape.count(of: axis + 1..<input.shape.rank)),
        ])
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }

    private func selected(_ condition: Tensor, extent: Int) throws -> [Int] {
        let indices = try condition.elements(of: Bool.self).enumerated().filter(\.element).map(\.offset)
        if let last = indices.last, last >= extent {
            throw OperatorError(.indexRange, "the condition selects index \(last) of an axis of \(extent)")
        }
        return indices
    }
}
