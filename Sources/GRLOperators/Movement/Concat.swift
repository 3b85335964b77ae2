package import GRLGraph
package import GRLTensor

/// Tensors one after the other along an axis.
package struct Concat: Operator {
    package static let spec = OperatorSpec("Concat", inputs: 1...OperatorSpec.unbounded, writtenVersion: 11)

    package let axis: Int

    package init(axis: Int) {
        self.axis = axis
    }

    package init(_ node: inout NodeReader) throws {
        let axis = try node.int("axis")
        self.axis = try node.opset < 4 ? axis ?? 1 : node.required("axis", axis)
    }

    package var attributes: [String: AttributeValue] { ["axis": .int(axis)] }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let first = try context.type(0)
        let axis = try first.shape.normalizedAxis(axis)
        var dimensions = first.shape.dimensions
        for index in 1..<max(1, context.inputCount) {
            let next = try context.type(index)
            guard next.elementType == first.elementType else {
                throw OperatorError(.elementType, "input \(index) is \(next), input 0 is \(first)")
            }
            var expected = first.shape.dimensions
            if next.shape.rank == expected.count { expected[axis] = next.shape[axis] }
            guard next.shape.dimensions == expected else {
                throw OperatorError(
                    .shape, "input \(index) is \(next), which differs from input 0, \(first), in more than axis \(axis)"
                )
            }
            dimensions[axis] = try Checked.add(dimensions[axis], next.shape[axis])
        }
        return [try TensorType(first.elementType, dimensions)]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let type = try outputType(context)
        if context.inputCount == 1 { return [try context.input(0)] }
        let axis = try type.shape.normalizedAxis(axis)
        let output = try context.allocate(type)
        let outer = type.shape.count(of: 0..<axis)
        let row = type.shape.count(of: axis..<type.shape.rank)
        var offset = 0
        for index in 0..<context.inputCount {
            let input = try context.input(index)
            let part = input.shape.count(of: axis..<type.shape.rank)
            let copy = StridedCopy(
                dimensions: [outer, part], sourceStrides: [part, 1], destinationStrides: [row, 1],
                destinationOffset: offset)
            try copy.run(from: input, to: output, on: context.executor)
            offset += part
        }
        return [output]
    }

    package func memoryUse(_ context: InferenceContext) throws -> MemoryUse {
        MemoryUse(viewedInput: context.inputCount == 1 ? 0 : nil)
    }
}
