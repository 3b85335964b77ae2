package import GRLGraph
package import GRLTensor

/// Reverses the first steps of each sequence of a batch: as many as input 1 says for each. Batch and time are the first
/// two axes, in either order.
package struct ReverseSequence: Operator {
    package static let spec = OperatorSpec("ReverseSequence", inputs: 2...2, writtenVersion: 10)

    package let batchAxis: Int

    package init(_ node: inout NodeReader) throws {
        batchAxis = try node.int("batch_axis", default: 1)
        let timeAxis = try node.int("time_axis", default: 0)
        guard (batchAxis, timeAxis) == (0, 1) || (batchAxis, timeAxis) == (1, 0) else {
            throw OperatorError(
                .attributeValue, "batch_axis and time_axis are \(batchAxis) and \(timeAxis), expected 0 and 1")
        }
    }

    package var attributes: [String: AttributeValue] {
        ["batch_axis": .int(batchAxis), "time_axis": .int(1 - batchAxis)]
    }

    package func infer(_ context: InferenceContext) throws -> [TensorType?] {
        let input = try context.type(0)
        let lengths = try context.type(1)
        guard input.shape.rank >= 2 else {
            throw OperatorError(.shape, "the input is \(input), expected rank 2 or more")
        }
        guard lengths.shape.dimensions == [input.shape[batchAxis]] else {
            throw OperatorError(.shape, "the lengths are \(lengths), the batch is \(input.shape[batchAxis])")
        }
        return [input]
    }

    package func evaluate(_ context: inout EvaluationContext) throws -> [Tensor] {
        let input = try context.input(0)
        let output = try context.allocate(outputType(context))
        guard output.count > 0 else { return [output] }
        let lengths = try context.input(1).integers()
        let (rows, columns) = (input.shape[0], input.shape[1])
        let steps = batchAxis == 0 ? columns : rows
        guard lengths.allSatisfy({ $0 >= 0 && $0 <= steps }) else {
            throw OperatorError(.indexRange, "a length in \(lengths) is outside 0 ... \(steps)")
        }
        let map = (0..<rows * columns).map { place in
            let (row, column) = (place / columns, place % columns)
            let length = lengths[batchAxis == 0 ? row : column]
            let time = batchAxis == 0 ? column : row
            guard time < length else { return place }
            return batchAxis == 0 ? row * columns + length - 1 - time : (length - 1 - time) * columns + column
        }
        let copy = IndexedCopy(axes: [
            .map(map, extent: rows * columns), .all(input.shape.count(of: 2..<input.shape.rank)),
        ])
        try copy.run(from: input, to: output, on: context.executor)
        return [output]
    }
}
